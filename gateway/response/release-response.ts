// Lets go of an answer when it is on its way out. Apollo Server gives the engine a request context whose `response.http` is an
// object literal with accessors (makeGatewayGraphQLRequestContext). V8 makes a hidden class for each such object; those live
// until the old generation is collected, and with them what the accessors reach: the response, and in it the whole answer. So
// the answer moves to a response that they do not reach, and dies young.
import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import type { GatewayContext } from '../context.ts';

/** To be the first of the plugins: what the others read and write is the new response then. */
export const releaseResponse: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async (context) => {
      const reached: Mutable = context;
      const { response } = reached;
      reached.response = { ...response };
      Object.assign(response, { body: undefined });
    },
  }),
};

/** Apollo's pipeline reads its context's response again after this; its types keep plugins from replacing it. */
type Mutable = { -readonly [Key in 'response']: GraphQLRequestContext<GatewayContext>[Key] };

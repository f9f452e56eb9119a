// Makes a response collectable as soon as it is sent. Apollo Server gives the gateway a request context whose `response.http` is
// an object literal with accessors (makeGatewayGraphQLRequestContext). V8 creates a hidden class for each such object; these
// live until V8 collects the old generation, and keep alive what the accessors reach: the response with all its data. This plugin
// moves the body to a new response object, which the accessors do not reach.
import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import type { GatewayContext } from '../context.ts';

/** Must be the first plugin, so that the others read and write the new response. */
export const releaseResponse: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async (context) => {
      const mutable: MutableContext = context;
      const { response } = mutable;
      mutable.response = { ...response };
      Object.assign(response, { body: undefined });
    },
  }),
};

/** Apollo Server reads `response` from the context again after this hook; only its types forbid to replace it. */
type MutableContext = { -readonly [Key in 'response']: GraphQLRequestContext<GatewayContext>[Key] };

// Sets the media type of a response, which accept.ts found and graphql-route.ts wrote into the Accept header. It also decides
// the status of an operation that cannot run (GraphQL over HTTP, "Watershed"): a client that names application/json itself
// expects `errors` in a 200, and every other client gets the 400.
import type { ApolloServerPlugin } from '@apollo/server';
import { graphqlJson } from './accept.ts';

/** The operation itself is wrong, and the gateway executed nothing. Other refusals have the same status for every client. */
const operationErrorCodes: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

export const responseFormPlugin: ApolloServerPlugin = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response: { http, body } }) => {
      const accept = request.http?.headers.get('accept');
      const type = accept === graphqlJson ? graphqlJson : 'application/json';
      http.headers.set('content-type', `${type}; charset=utf-8`);
      if (http.status !== 400 || accept !== 'application/json') return;
      const { errors = [] } = body.kind === 'single' ? body.singleResult : body.initialResult;
      if (errors.every(({ extensions }) => operationErrorCodes.has(extensions?.code))) http.status = 200;
    },
  }),
};

// The form of an answer, as the client asked for it (media-types.ts has read that, so that Apollo need not). With it the status
// of an operation that cannot be run (GraphQL over HTTP, "Watershed"): application/json by name means a client that looks for
// `errors` in a 200; everybody else gets the 400.
import type { ApolloServerPlugin } from '@apollo/server';
import { graphqlJson } from './media-types.ts';

/** The operation itself is at fault, and nothing of it was run. Refusals of other kinds keep their status for everybody. */
const faultsOfOperation: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

export const answerByAccept: ApolloServerPlugin = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response: { http, body } }) => {
      const accept = request.http?.headers.get('accept');
      const type = accept === graphqlJson ? graphqlJson : 'application/json';
      http.headers.set('content-type', `${type}; charset=utf-8`);
      if (http.status !== 400 || accept !== 'application/json') return;
      const { errors = [] } = body.kind === 'single' ? body.singleResult : body.initialResult;
      if (errors.every(({ extensions }) => faultsOfOperation.has(extensions?.code))) http.status = 200;
    },
  }),
};

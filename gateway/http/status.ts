// The status of an answer to an operation that cannot be run, by the form that the client asked for (GraphQL over HTTP,
// "Watershed"): application/json by name means a client that looks for `errors` in a 200; everybody else gets the 400.
import type { ApolloServerPlugin } from '@apollo/server';

/** The operation itself is at fault, and nothing of it was run. Refusals of other kinds keep their status for everybody. */
const faultsOfOperation: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

export const statusByAccept: ApolloServerPlugin = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response: { http, body } }) => {
      if (http.status !== 400 || request.http?.headers.get('accept') !== 'application/json') return;
      const { errors = [] } = body.kind === 'single' ? body.singleResult : body.initialResult;
      if (errors.every(({ extensions }) => faultsOfOperation.has(extensions?.code))) http.status = 200;
    },
  }),
};

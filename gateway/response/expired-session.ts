// Tells a client that its session has ended, with every response to an expired token (gateway/authenticate.ts): in WWW-Authenticate, which
// RFC 9110 allows with any status, and in the extensions, which GraphQL clients pass on to the front-end.
import type { ApolloServerPlugin } from '@apollo/server';
import { challenges } from '../../platform/http/credentials.ts';
import type { GatewayContext } from '../context.ts';

/** Runs after the caches, which get the response without this. No cache may keep it, since it is about this client's token. */
export const tellExpiredSession: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async ({ contextValue }) => {
    if (contextValue.viewer.kind !== 'expired') return undefined;
    return {
      willSendResponse: async ({ response: { http, body } }) => {
        http.headers.set('www-authenticate', challenges.tokenInvalid);
        http.headers.set('cache-control', 'no-store');
        http.headers.delete('age');
        if (body.kind !== 'single') return;
        const { extensions } = body.singleResult;
        body.singleResult.extensions = { ...extensions, session: 'EXPIRED' };
      },
    };
  },
};

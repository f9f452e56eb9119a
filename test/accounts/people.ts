// Accounts and sessions that tests create through the API, and their viewers as the gateway would build them.

import type { Viewer } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { required } from '../support/required.ts';
import type { SubgraphUnderTest } from '../support/subgraph.ts';
import { service } from '../support/viewers.ts';

export const password = 'correct horse battery';

export interface SignedIn {
  token: string;
  sessionId: string;
  viewer: Extract<Viewer, { kind: 'account' }>;
}

export const createSession = `mutation ($input: CreateSessionInput!) {
  createSession(input: $input) { token session { id expiresAt isCurrent } account { id email } }
}`;

export function buildPeople(accounts: SubgraphUnderTest) {
  const signIn = async (email: string, withPassword = password): Promise<SignedIn> => {
    const input = { email, password: withPassword };
    const { createSession: created } = await accounts.data(createSession, { input });
    const viewer = required(await viewerBehind(accounts, created.token), 'a new token has a viewer');
    return { token: created.token, sessionId: created.session.id, viewer };
  };
  const signUp = async (email = `${newId()}@example.com`): Promise<{ id: string; email: string }> => {
    const mutation = 'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id email } }';
    const { createAccount } = await accounts.data(mutation, {
      input: { email, name: 'Ada Lovelace', password },
    });
    return createAccount;
  };
  return {
    signIn,
    signUp,
    /** A new account with one session. */
    newcomer: async () => {
      const account = await signUp();
      return { ...account, ...(await signIn(account.email)) };
    },
    /** Reads the viewer of a token as the gateway does; null when the token is unknown, expired or revoked. */
    viewerBehind: (token: string) => viewerBehind(accounts, token),
  };
}

async function viewerBehind(accounts: SubgraphUnderTest, token: string): Promise<SignedIn['viewer'] | null> {
  const query = 'query ($token: String!) { sessionByToken(token: $token) { accountId sessionId roles } }';
  const { sessionByToken } = await accounts.data(query, { token }, service('gateway'));
  return sessionByToken === null ? null : { kind: 'account', ...sessionByToken };
}

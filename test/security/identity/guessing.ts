// An attacker who guesses passwords: calls one accounts subgraph, or several on one database, from any address.

import type { SubgraphResponse } from '../../../platform/calls/call.ts';
import { anonymous, type Viewer } from '../../../platform/identity/viewer.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import type { EnvironmentSource } from '../../../platform/process/variables.ts';
import { openSubgraph, type Subgraph } from '../../../platform/subgraph/subgraph.ts';
import { readSchema, readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { findEntry, loadSubgraph } from '../../../subgraphs/load.ts';
import type { SubgraphUnderTest } from '../../support/subgraph.ts';

export const password = 'correct horse battery';

/** Small limits, because each guess that is not refused costs a hash. */
export const limits = {
  ACCOUNTS_ATTEMPTS: '4',
  ACCOUNTS_ATTEMPTS_PER_ACCOUNT: '10',
  ACCOUNTS_ATTEMPTS_PER_ADDRESS: '12',
  ACCOUNTS_SIGN_UPS_PER_ADDRESS: '3',
} as const;

const createSession = `mutation ($input: CreateSessionInput!) {
  createSession(input: $input) { token session { id } account { id } }
}`;
const createAccount = 'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id email } }';
const changePassword = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { id } }';

export interface Guess {
  email: string;
  from?: string | undefined;
  password?: string;
  /** The instance to call. */
  at?: Subgraph;
}

export function openGuesser(accounts: SubgraphUnderTest) {
  const ask = (
    query: string,
    input: unknown,
    from?: string,
    viewer: Viewer = anonymous,
    at = accounts.opened(),
  ) =>
    at.execute(
      { query, variables: { input } },
      { viewer, signal: AbortSignal.timeout(20_000), traceId: '0'.repeat(32), address: from },
    );
  let networks = 0;
  return {
    /** Tries to sign in, and returns the whole response. */
    attempt: ({
      email,
      from,
      password: guess = 'wrong horse battery',
      at,
    }: Guess): Promise<SubgraphResponse> =>
      ask(createSession, { email, password: guess }, from, anonymous, at),
    signUp: (from?: string, email = `${newId()}@example.com`): Promise<SubgraphResponse> =>
      ask(createAccount, { email, password, name: 'Ada' }, from),
    changePassword: (viewer: Viewer, from: string, currentPassword: string): Promise<SubgraphResponse> =>
      ask(changePassword, { currentPassword, newPassword: password }, from, viewer),
    /** Creates an account without a client address, which counts for no limit. */
    createAccount: async (): Promise<{ id: string; email: string }> => {
      const email = `${newId()}@example.com`;
      const { data } = await ask(createAccount, { email, password, name: 'Ada' });
      return data?.createAccount as { id: string; email: string };
    },
    /** Returns an address that no other test uses. */
    newAddress: (): string => {
      networks += 1;
      return `198.51.${networks >> 8}.${networks & 255}`;
    },
  };
}

/** `ok`, or the code of the first error. */
export function getOutcome({ errors }: SubgraphResponse): unknown {
  return errors === undefined ? 'ok' : errors[0]?.extensions?.code;
}

/** The seconds after which a refused client may try again, as the refusal says. */
export function getWait({ errors }: SubgraphResponse): unknown {
  return errors?.[0]?.extensions?.retryAfter;
}

/** Opens another instance on the same database, as a process with these variables would. */
export async function openSecondInstance(
  accounts: Pick<SubgraphUnderTest, 'urls'>,
  variables: EnvironmentSource,
): Promise<Subgraph> {
  const map = readSupergraphMap();
  const entry = findEntry(map, 'accounts');
  return openSubgraph({
    definition: await loadSubgraph(entry),
    sdl: readSchema(map, entry),
    urls: accounts.urls(),
    environment: readEnvironment({ LOG_LEVEL: 'silent', ...variables }),
    clientFor: () => () => Promise.reject(new Error('accounts calls no peer')),
  });
}

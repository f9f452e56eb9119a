// The viewers of the tests' calls to subgraphs; platform/identity/viewer.ts has "anonymous". And the operator of the tests, who may
// read the details of /health/ready.
import type { Viewer } from '../../platform/identity/viewer.ts';
import {
  type AccountId,
  asAccountId,
  newAccountId,
  newSessionId,
  type Unparsed,
} from '../../platform/values/ids.ts';

export function customer(accountId: Unparsed<AccountId> = newAccountId()): Viewer {
  return {
    kind: 'account',
    accountId: asAccountId(accountId),
    sessionId: newSessionId(),
    roles: ['CUSTOMER'],
  };
}

export function staff(accountId: Unparsed<AccountId> = newAccountId()): Viewer {
  return {
    kind: 'account',
    accountId: asAccountId(accountId),
    sessionId: newSessionId(),
    roles: ['CUSTOMER', 'STAFF'],
  };
}

export function service(name: string): Viewer {
  return { kind: 'service', name };
}

export const operatorToken = 'operator-of-the-tests';

/** Reads what the operator gets. */
export async function readHealth(
  origin: string | URL,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(new URL('/health/ready', origin), {
    headers: { authorization: `Bearer ${operatorToken}`, ...headers },
  });
}

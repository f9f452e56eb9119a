// The viewers of the tests' calls to subgraphs; platform/identity/viewer.ts has "anonymous".
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

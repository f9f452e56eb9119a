// The viewers as whom tests call a subgraph; "anonymous" is platform/identity/viewer.ts.
import type { Viewer } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';

export function customer(accountId = newId()): Viewer {
  return { kind: 'account', accountId, sessionId: newId(), roles: ['CUSTOMER'] };
}

export function staff(accountId = newId()): Viewer {
  return { kind: 'account', accountId, sessionId: newId(), roles: ['CUSTOMER', 'STAFF'] };
}

export function service(name: string): Viewer {
  return { kind: 'service', name };
}

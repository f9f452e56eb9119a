// How a fetch is sent, by what it asks for. Public data is fetched without a viewer, and equal concurrent fetches of it are
// sent once. A write is recorded when it ends, so that the gateway uses no response from before it afterwards.
import type { Execute } from '../../platform/calls/call.ts';
import { anonymous } from '../../platform/identity/viewer.ts';
import type { Log } from '../../platform/process/log.ts';
import type { Freshness } from '../cache-policy/freshness.ts';
import type { PoliciesBySchema } from '../cache-policy/graph-policies.ts';
import { createSingleFlight } from './single-flight.ts';

export interface FetchSharing {
  policies: PoliciesBySchema;
  freshness: Freshness;
  log: Log;
  /** For how long after its start a fetch can be joined, in milliseconds; 0 switches sharing off. */
  joinMs: number;
  /** Foreign subgraphs get no viewer: to them, equal fetches with equal headers are the same, also those of private data. */
  isForeign: boolean;
}

export function shareFetches(
  name: string,
  execute: Execute,
  { policies, freshness, log, joinMs, isForeign }: FetchSharing,
): Execute {
  const share = joinMs > 0 ? createSingleFlight({ name, execute, freshness, joinMs, log }) : undefined;
  return (operation, call) => {
    const kind = policies.current.getFetchKind(operation.query);
    if (kind === 'write') return execute(operation, call).finally(() => freshness.recordWrite(name));
    if (share !== undefined && (kind === 'public' || isForeign)) return share(operation, call);
    if (kind === 'private') return execute(operation, call);
    return execute(operation, { ...call, viewer: anonymous, address: undefined });
  };
}

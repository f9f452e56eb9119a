// How a fetch is sent, by what it asks for. Public data is fetched without a viewer, and equal fetches at the same time are
// sent once. A write is reported, so that no response from before it is used after it.
import type { Execute } from '../../platform/calls/call.ts';
import { anonymous } from '../../platform/identity/viewer.ts';
import type { Log } from '../../platform/process/log.ts';
import type { Freshness } from './freshness.ts';
import type { PoliciesBySchema } from './graph-policies.ts';
import { onceAtATime } from './single-flight.ts';

export interface FetchSharing {
  policies: PoliciesBySchema;
  freshness: Freshness;
  log: Log;
  /** For how long after its start a fetch can be joined, in milliseconds; 0: never. */
  joinMs: number;
  /** Foreign subgraphs get no viewer: to them, equal requests with equal headers are the same, private ones included. */
  isForeign: boolean;
}

export function wrapClientWithSharing(
  name: string,
  execute: Execute,
  { policies, freshness, log, joinMs, isForeign }: FetchSharing,
): Execute {
  const share = joinMs > 0 ? onceAtATime({ name, execute, freshness, joinMs, log }) : undefined;
  return (operation, call) => {
    const kind = policies.current.ofFetch(operation.query);
    if (kind === 'write') return execute(operation, call).finally(() => freshness.wrote(name));
    if (share !== undefined && (kind === 'public' || isForeign)) return share(operation, call);
    if (kind === 'private') return execute(operation, call);
    return execute(operation, { ...call, viewer: anonymous, address: undefined });
  };
}

// What a behaviour can reach. `Context` lives as long as the subgraph; `RequestContext` as long as one execution.
import type { DataSource } from 'typeorm';
import type { Call, Operation } from '../calls/call.ts';
import type { CrashPoint } from '../process/crash-point.ts';
import type { Log } from '../process/log.ts';

export interface Context<Own = unknown> {
  /** The subgraph's own database, as its runtime role. Nothing else can be reached with it. */
  db: DataSource;
  log: Log;
  /** Runs an operation on another subgraph, as this service. Throws PeerRefusal or PeerFault: see peer.ts. */
  peer: (name: string, operation: Operation, call: PeerCall) => Promise<Record<string, unknown>>;
  /** Marks a place where a test may kill the process; does nothing otherwise. */
  crashPoint: CrashPoint;
  /** What the subgraph opened for itself in index.ts: a queue, a provider's client. */
  own: Own;
  /** Publishes a change notice for public rows. Call it after the commit: see changes/change-hub.ts. */
  publishChange: () => void;
  /** What all executions together are about to read, by the read: see reads/batch.ts. */
  openBatches: Map<unknown, unknown>;
}

/** What a read that serves many viewers at once is given: nothing of any of them. */
export type ReadContext = Pick<Context, 'db'>;

/** A request's context will do: what it is bound to, the question is bound to as well. */
export interface PeerCall extends Pick<Call, 'signal' | 'traceId' | 'deadline'> {
  /** True: may happen twice, so that a fault is tried again at once. By default only queries are. */
  isIdempotent?: boolean | undefined;
}

export interface RequestContext<Own = unknown> extends Context<Own>, Call {
  /** What this execution has read, by read and key: see reads/batch.ts. */
  requestReads: Map<unknown, unknown>;
}

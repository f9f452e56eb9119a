// What the code of a subgraph can reach. A `Context` lives as long as the subgraph, and a `RequestContext` as long as one execution.
import type { DataSource } from 'typeorm';
import type { Call, Operation } from '../calls/call.ts';
import type { CrashPoint } from '../process/crash-point.ts';
import type { Log } from '../process/log.ts';

export interface Context<Own = unknown> {
  /** The subgraph's own database, as its runtime role. That role can reach no other database. */
  db: DataSource;
  log: Log;
  /** Executes an operation on another subgraph, as this service. Throws PeerRefusal or PeerFault: see peer.ts. */
  peer: (name: string, operation: Operation, call: PeerCall) => Promise<Record<string, unknown>>;
  /** Marks a place where a test can kill the process. It does nothing outside of tests. */
  crashPoint: CrashPoint;
  /** The resources that the subgraph opens in index.ts, such as a queue or the client of a provider. */
  own: Own;
  /** Publishes a change notice for public rows. Call it after the commit: see changes/change-hub.ts. */
  publishChange: () => void;
  /** Aborts when the process was asked to end. A request that waits for something should then answer soon. */
  endSignal: AbortSignal;
  /** Batches that still collect keys, by their read. All executions share them: see reads/batch.ts. */
  openBatches: Map<unknown, unknown>;
}

/** The context of a read that serves several viewers at once, so it contains no viewer. */
export type ReadContext = Pick<Context, 'db'>;

/** A RequestContext fits: the call of the peer then has the same signal, deadline and trace. */
export interface PeerCall extends Pick<Call, 'signal' | 'traceId' | 'deadline'> {
  /** True when the operation may be executed twice, so that it is retried after a fault. By default only queries are. */
  isIdempotent?: boolean | undefined;
}

export interface RequestContext<Own = unknown> extends Context<Own>, Call {
  /** The values that this execution has read, by read and key: see reads/batch.ts. */
  requestReads: Map<unknown, unknown>;
}

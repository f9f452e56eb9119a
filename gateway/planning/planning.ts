// Plans operations in threads of its own, within bounds of time and memory, so that no operation holds up the requests of
// others. Equal operations are planned once at a time. An operation that exceeded a bound is refused at once for a while. The
// checks (checks/plan/) plan known operations, and use plan/planner.ts without threads.
import { createHash } from 'node:crypto';
import { HeaderMap } from '@apollo/server';
import { type DocumentNode, GraphQLError, print } from 'graphql';
import { LRUCache } from 'lru-cache';
import { isTimeout, rejectOnAbort } from '../../platform/calls/deadline.ts';
import { getNetwork } from '../../platform/identity/client-address.ts';
import type { Log } from '../../platform/process/log.ts';
import { gatewayCodes } from '../errors.ts';
import { createRefusal } from '../limits/refusal.ts';
import type { SerialPlan } from '../plan/serial-mutations.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import type { PlannedGraph } from './messages.ts';
import { printShape } from './operation-shape.ts';
import { PlannerBusy, ThreadPool } from './thread-pool.ts';
import { PlanningExhausted, type PlanningLimits } from './usage.ts';

/** For how long an operation that exceeded a bound is refused without being planned again, and how many are remembered. */
const refusedForMs = 60_000;
const maxRefused = 1_000;

/** The request that waits for a plan. */
export interface PlanningRequest {
  signal: AbortSignal;
  /** The client's address: the networks of clients take turns. */
  address?: string | undefined;
}

export interface PlanningHealth {
  threads: number;
  /** Operations that wait for a thread. */
  waiting: number;
  /** Operations since the start that exceeded a bound. */
  exhausted: number;
}

interface RunningPlan {
  plan: Promise<SerialPlan>;
  signals: AbortSignal[];
}

/** An operation that waits for half of its request's time is refused: its caller can try again while others are planned. */
export function getPlanningLimits(
  { PLANNING_TIMEOUT_MS, PLANNING_MEMORY_MB }: GatewaySettings,
  requestTimeoutMs: number,
): PlanningLimits {
  return { timeoutMs: PLANNING_TIMEOUT_MS, memoryMb: PLANNING_MEMORY_MB, maxWaitMs: requestTimeoutMs / 2 };
}

export class Planning {
  readonly #log: Log;
  readonly #pool: ThreadPool;
  readonly #running = new Map<string, RunningPlan>();
  readonly #refused = new LRUCache<string, true>({ max: maxRefused, ttl: refusedForMs });
  #graph: PlannedGraph = { id: 0, sdl: '' };
  #exhaustedCount = 0;

  constructor(limits: PlanningLimits, log: Log) {
    this.#log = log;
    this.#pool = new ThreadPool(limits, log);
  }

  /** False until a thread has built the planner of a supergraph, and while no thread can start. */
  get isReady(): boolean {
    return this.#pool.isReady;
  }

  /** Resolves when operations can be planned. */
  get whenReady(): Promise<void> {
    return this.#pool.whenReady;
  }

  get health(): PlanningHealth {
    return {
      threads: this.#pool.threadCount,
      waiting: this.#pool.waitingCount,
      exhausted: this.#exhaustedCount,
    };
  }

  /** Returns what `plan` needs to know of the supergraph. */
  addGraph(sdl: string): PlannedGraph {
    if (sdl !== this.#graph.sdl) this.#graph = { id: this.#graph.id + 1, sdl };
    this.#pool.prepare(this.#graph);
    return this.#graph;
  }

  /** Rejects with GraphQLError: OPERATION_TOO_EXPENSIVE, PLANNER_BUSY, or that of an operation which does not match the schema. */
  async plan(
    graph: PlannedGraph,
    document: DocumentNode,
    operationName: string | undefined,
    { signal, address }: PlanningRequest,
  ): Promise<SerialPlan> {
    const operation = { text: print(document), operationName };
    const key = buildKey(graph, operation.text, operationName);
    const shapeKey = buildKey(graph, printShape(document, operationName));
    if (this.#refused.has(shapeKey)) throw createTooExpensive();
    let running = this.#running.get(key);
    if (running === undefined) {
      const signals = [signal];
      const caller = address === undefined ? '' : getNetwork(address);
      // The same operation may have been refused under another name meanwhile.
      const isWanted = () => !this.#refused.has(shapeKey) && signals.some(({ aborted }) => !aborted);
      const plan = this.#pool.plan({ graph, operation, caller, isWanted });
      running = { plan: this.#finish(key, shapeKey, plan), signals };
      this.#running.set(key, running);
    } else running.signals.push(signal);
    return rejectOnAbort(running.plan, signal).catch((cause: unknown) => {
      throw cause instanceof PlannerBusy || isTimeout(cause) ? createBusy() : cause;
    });
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #finish(key: string, shapeKey: string, plan: Promise<string>): Promise<SerialPlan> {
    try {
      return JSON.parse(await plan) as SerialPlan;
    } catch (cause) {
      if (!(cause instanceof PlanningExhausted)) throw cause;
      this.#refused.set(shapeKey, true);
      this.#exhaustedCount += 1;
      this.#log.warn(
        { resource: cause.resource, operation: shapeKey },
        'an operation was too expensive to plan',
      );
      throw createTooExpensive();
    } finally {
      this.#running.delete(key);
    }
  }
}

function buildKey({ id }: PlannedGraph, text: string, operationName = ''): string {
  return createHash('sha256').update(`${id} ${operationName}\n${text}`).digest('hex');
}

function createTooExpensive(): GraphQLError {
  return createRefusal('OPERATION_TOO_EXPENSIVE', gatewayCodes.OPERATION_TOO_EXPENSIVE);
}

function createBusy(): GraphQLError {
  const http = { status: 503, headers: new HeaderMap([['retry-after', '1']]) };
  return new GraphQLError(gatewayCodes.PLANNER_BUSY, { extensions: { code: 'PLANNER_BUSY', http } });
}

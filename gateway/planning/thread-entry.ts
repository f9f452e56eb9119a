// Runs inside a planner thread: builds the planner of each supergraph that it gets, and plans one operation after the other.
// The gateway ends a thread that takes too long or too much memory (planner-thread.ts); a thread does not watch itself.
import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { GraphQLError, parse } from 'graphql';
import { maxCharacters } from '../operation-cache.ts';
import { createPlanner, type Planner } from '../plan/planner.ts';
import type { PlannerReport, PlannerTask } from './messages.ts';
import { openThreadHeap } from './thread-heap.ts';

if (parentPort !== null) serve(parentPort);

function serve(port: MessagePort): void {
  const threadId = findThreadId();
  const heap = openThreadHeap();
  const planners = new Map<number, Planner>();
  const report = (message: PlannerReport) => port.postMessage(message);
  port.on('message', (task: PlannerTask) => {
    try {
      if (task.kind === 'forget') planners.delete(task.id);
      if (task.kind === 'build') {
        planners.set(task.id, createPlanner(task.sdl));
        // What was forgotten before is garbage now, and so is what the planner needed to be built.
        heap.collect();
        report({ kind: 'built', threadId });
      }
      if (task.kind === 'plan') {
        const { user, system } = process.threadCpuUsage();
        report({ kind: 'started', cpuMs: (user + system) / 1_000, heapBytes: heap.measure() });
        report(plan(planners.get(task.graphId), task));
        heap.trim();
      }
    } catch (cause) {
      report(describeFailure(cause));
    }
  });
}

function plan(
  planner: Planner | undefined,
  { text, operationName }: Extract<PlannerTask, { kind: 'plan' }>,
): PlannerReport {
  if (planner === undefined) throw new Error('the thread has no planner of this supergraph');
  const made = JSON.stringify(planner.plan(parse(text, { noLocation: true }), operationName));
  // A larger plan fits into no cache of the gateway, which would plan it again for each request.
  return made.length > maxCharacters ? { kind: 'exhausted' } : { kind: 'planned', plan: made };
}

function describeFailure(cause: unknown): PlannerReport {
  if (cause instanceof RangeError) return { kind: 'exhausted' };
  const { message, stack } = cause instanceof Error ? cause : new Error(String(cause));
  return { kind: 'failed', message, stack, isRefusal: cause instanceof GraphQLError };
}

/** Its id in Linux, where each thread has a priority of its own; undefined elsewhere. */
function findThreadId(): number | undefined {
  try {
    return Number(basename(readlinkSync('/proc/thread-self')));
  } catch {
    return undefined;
  }
}

// What events cost, as text.
import type { Machine } from '../measure/measured.ts';
import { formatTargetTable } from '../report/targets.ts';
import type { Lag } from './measurements.ts';
import type { Retention } from './retention.ts';

export interface EventsFigures {
  cpuMs: { published: number; changed: number };
  inProcess: Lag;
  http: Lag;
  /** Events a second. */
  drained: number;
  caughtUp: number;
  events: number;
  retention: Retention;
  minutes: number;
}

export function formatEventsReport(
  figures: EventsFigures,
  { cores, model, node, loadBefore }: Machine,
): string {
  const { cpuMs, inProcess, http, drained, caughtUp, events, retention, minutes } = figures;
  return [
    '# What events cost',
    '',
    `One process publishes and follows, beside PostgreSQL. ${cores} cores (${model}), Node ${node}; load of the machine before the run:`,
    `${loadBefore.toFixed(2)}. A follower writes one row for each event, begins with all of ${events} events, and catches up while 800 a second are published.`,
    '',
    formatTargetTable([
      { text: 'commit to effect in one process, p50 ms', limit: 2, figure: inProcess.p50 },
      { text: 'commit to effect in one process, p99 ms', limit: 20, figure: inProcess.p99 },
      { text: 'commit to effect over HTTP, p50 ms', limit: 5, figure: http.p50 },
      { text: 'commit to effect over HTTP, p99 ms', limit: 50, figure: http.p99 },
      { text: 'events/s of one follower', limit: 10_000, isAtLeast: true, figure: drained },
      { text: 'events/s while it catches up', limit: 5_000, isAtLeast: true, figure: caughtUp },
      {
        text: `events/s under a snapshot of ${minutes} minutes`,
        limit: 800,
        isAtLeast: true,
        figure: retention.perSecond,
      },
      { text: 'dead rows of the table meanwhile, at most', limit: 1_000, figure: retention.deadRows },
    ]),
    '',
    `A change with its event costs ${cpuMs.published.toFixed(2)} CPU-ms, and ${cpuMs.changed.toFixed(2)} without. ${retention.emptied} slots of old events were emptied under the snapshot.`,
    '',
  ].join('\n');
}

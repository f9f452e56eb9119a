// Measures what events cost: from the commit of a change to the commit of its effect, the work of one follower, the CPU of publishing, and
// the dead rows of the table under an old snapshot. Publisher and follower run in this process, beside PostgreSQL.
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { readMachine } from '../measure/measured.ts';
import type { Options } from '../options.ts';
import type { Report } from '../report/report.ts';
import { measureCpu, measureDrain, measureLag } from './measurements.ts';
import { formatEventsReport } from './report.ts';
import { measureRetention } from './retention.ts';
import { serveEvents } from './serve.ts';
import { openShop } from './shop.ts';

/** What others publish while a follower catches up. */
const perSecond = 800;

/** Returns the report. */
export async function measureEvents(
  options: Options,
  { opened, folder, onStep }: { opened: OpenResources; folder: string; onStep: (step: string) => void },
): Promise<Report> {
  const machine = readMachine();
  const count = options.isQuick ? 200 : 1_000;
  const minutes = options.rounds ?? (options.isQuick ? 0.25 : 10);
  const shop = await openShop(folder, opened);
  const overHttp = await serveEvents(shop.readEvents, opened);
  onStep('the CPU of a published event');
  const cpuMs = await measureCpu(shop, 5 * count);
  onStep('commit to effect, in one process');
  const inProcess = await measureLag(shop, shop.readEvents, count);
  onStep('commit to effect, over HTTP');
  const http = await measureLag(shop, overHttp, count);
  onStep('a follower alone');
  const drained = await measureDrain(shop, shop.readEvents, { events: 100 * count, perSecond: 0 });
  onStep('a follower that catches up');
  const caughtUp = await measureDrain(shop, shop.readEvents, { events: 100 * count, perSecond });
  onStep(`an old snapshot for ${minutes} minutes`);
  const retention = await measureRetention(shop, minutes * 60_000);
  const figures = { cpuMs, inProcess, http, drained, caughtUp, retention, minutes, events: 100 * count };
  return { text: formatEventsReport(figures, machine) };
}

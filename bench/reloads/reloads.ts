// Measures whether a gateway whose graph changes a thousand times holds on to the old graphs: its heap is small, and it answers clients
// all the time. Each version of the graph is also asked for a text that no other version sees.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { median } from '../measure/figures.ts';
import { readMachine } from '../measure/measured.ts';
import { type MemoryUse, memoryQuestion } from '../measure/memory-use.ts';
import type { Options } from '../options.ts';
import { startPeer } from '../processes.ts';
import type { Report } from '../report/report.ts';
import { startCannedGraph } from '../workloads/gateway/subjects.ts';
import { startClients } from './clients.ts';
import { addTypes, buildVersion } from './large-graph.ts';
import { type Reloaded, reloadQuestion } from './messages.ts';
import { formatReloadsReport, formatRow, type ReloadsLine } from './report.ts';

const clientCount = 4;

/** In MiB, of the old generation. An old graph of this size takes about 2 MiB, so that a hundred of them would end the process. */
const heapLimit = 256;

/** Returns the report. Throws when a request was not answered as it should be. */
export async function measureReloads(
  options: Options,
  { opened, folder, onStep }: { opened: OpenResources; folder: string; onStep: (step: string) => void },
): Promise<Report> {
  const machine = readMachine();
  const [reloads, step] = options.isQuick ? [50, 10] : [1_000, 50];
  const { supergraph } = await startCannedGraph(folder, opened, addTypes);
  const sdl = readFileSync(supergraph, 'utf8');
  const gateway = await startPeer('reloads/gateway.ts', { supergraph }, opened, {
    NODE_OPTIONS: `--max-old-space-size=${heapLimit}`,
  });
  let version = 0;
  const clients = startClients(gateway.url, clientCount, () => version);
  const reload = async () => {
    version += 1;
    // As editors and deployments do it: another file, which is renamed.
    writeFileSync(`${supergraph}~`, buildVersion(sdl, version));
    renameSync(`${supergraph}~`, supergraph);
    const { hasChanged, tookMs } = (await gateway.ask(reloadQuestion)) as Reloaded;
    if (!hasChanged) throw new Error(`version ${version} of the graph was not loaded`);
    await clients.waitForAnswers(clientCount);
    return tookMs;
  };
  const lines: ReloadsLine[] = [];
  while (version < reloads) {
    const tookMs: number[] = [];
    for (let index = 0; index < step; index += 1) tookMs.push(await reload());
    const memory = (await gateway.ask(memoryQuestion)) as MemoryUse;
    const line = { reloads: version, answered: clients.answered, reloadMs: median(tookMs), ...memory };
    lines.push(line);
    onStep(formatRow(line));
  }
  await clients.stop();
  return { text: formatReloadsReport(lines, heapLimit, machine) };
}

// Measures whether memory stays constant: 16 clients send 200,000 requests of three kinds, and then 20,000 operations of each of four
// kinds, of which no two are alike: more than any cache keeps.
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { openGenerator } from '../measure/generator.ts';
import { readMachine } from '../measure/measured.ts';
import { type MemoryUse, memoryQuestion } from '../measure/memory-use.ts';
import type { Options } from '../options.ts';
import { startPeer } from '../processes.ts';
import type { Report } from '../report/report.ts';
import { openDatabases } from '../workloads/shop/databases.ts';
import { measuredVariables } from '../workloads/shop/our-variables.ts';
import { questionNames, readQuestion } from '../workloads/shop/questions.ts';
import { buildCustomer } from '../workloads/shop/rows.ts';
import { formatMemoryReport, formatRow, type Line } from './report.ts';
import { buildUniqueOperations, uniqueKinds } from './unique-operations.ts';

const clients = 16;
const accounts = 200;
const leadIn = { requests: 0, minMs: 0, maxMs: 0 };

interface Bench {
  /** Sends at least so many requests with these bodies. Returns the number that it sent. */
  send: (bodies: readonly string[], requests: number, areRefused?: boolean) => Promise<number>;
  readMemory: () => Promise<MemoryUse>;
}

/** Returns the report. */
export async function measureMemory(
  options: Options,
  { opened, folder, onStep }: { opened: OpenResources; folder: string; onStep: (step: string) => void },
): Promise<Report> {
  const machine = readMachine();
  const [step, usualSteps, uniqueStep] = options.isQuick ? [1_000, 3, 500] : [20_000, 10, 5_000];
  const steps = options.rounds ?? usualSteps;
  const bench = await openBench(folder, opened);
  const usual = questionNames.flatMap((name) => readQuestion(name).bodies);
  const lines: Line[] = [];
  const add = async (kind: Line['kind'], count: number) => {
    const line = { kind, asked: count, ...(await bench.readMemory()) };
    lines.push(line);
    onStep(formatRow(line));
  };
  let asked = 0;
  for (let index = 0; index < steps; index += 1) {
    asked += await bench.send(usual, step);
    await add('usual', asked);
  }
  for (const kind of uniqueKinds) {
    for (let index = 0; index < 4; index += 1) {
      const from = index * uniqueStep;
      await bench.send(buildUniqueOperations(kind, from, uniqueStep), uniqueStep, kind === 'refused');
      await add(kind, from + uniqueStep);
    }
  }
  asked += await bench.send(usual, step);
  await add('usual', asked);
  return { text: formatMemoryReport(lines, machine) };
}

async function openBench(folder: string, opened: OpenResources): Promise<Bench> {
  const databases = await openDatabases(folder, { accounts, purchasesOfEach: 60, products: 500 }, opened);
  const graph = await startPeer(
    'memory/graph.ts',
    { databases: [...databases.urls], variables: { ...measuredVariables, DATA_DIR: folder } },
    opened,
  );
  const headers = Array.from({ length: accounts }, (_, index) => [
    'content-type',
    'application/json',
    'authorization',
    `Bearer ${buildCustomer(index + 1).token}`,
  ]);
  const generator = await openGenerator(opened);
  let first = 0;
  const send: Bench['send'] = async (bodies, requests, areRefused = false) => {
    let sent = 0;
    while (sent < requests) {
      await generator.open({
        url: graph.url,
        headers,
        bodies,
        connections: clients,
        first,
        many: accounts,
        leadIn,
        areRefused,
      });
      const { took } = await generator.run(1_000);
      sent += clients + took.length;
      first += clients + took.length;
    }
    return sent;
  };
  return { send, readMemory: async () => (await graph.ask(memoryQuestion)) as MemoryUse };
}

// Measures whether memory stays constant: 16 clients send 200,000 requests of three kinds, and then 20,000 operations of each of four
// kinds, of which no two are alike: more than any cache keeps.
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { openGenerator } from '../measure/generator.ts';
import { readMachine } from '../measure/measured.ts';
import type { Options } from '../options.ts';
import { startPeer } from '../processes.ts';
import type { Report } from '../report/report.ts';
import { openDatabases } from '../workloads/shop/databases.ts';
import { measuredVariables } from '../workloads/shop/our-variables.ts';
import { questionNames, readQuestion } from '../workloads/shop/questions.ts';
import { buildCustomer } from '../workloads/shop/rows.ts';
import type { MemoryUse } from './graph.ts';
import { formatMemoryReport, type Line } from './report.ts';
import { buildUniqueOperations, describeKind, uniqueKinds } from './unique-operations.ts';

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
  const [step, steps, uniqueStep] = options.isQuick ? [1_000, 3, 500] : [20_000, 10, 5_000];
  const bench = await openBench(folder, opened);
  const usual = questionNames.flatMap((name) => readQuestion(name).bodies);
  const lines: Line[] = [];
  let asked = 0;
  for (let index = 0; index < steps; index += 1) {
    onStep(`${asked} requests`);
    asked += await bench.send(usual, step);
    lines.push({ kind: 'usual', asked, ...(await bench.readMemory()) });
  }
  for (const kind of uniqueKinds) {
    for (let index = 0; index < 4; index += 1) {
      const from = index * uniqueStep;
      onStep(`${from} operations of which no two are alike: ${describeKind[kind]}`);
      await bench.send(buildUniqueOperations(kind, from, uniqueStep), uniqueStep, kind === 'refused');
      lines.push({ kind, asked: from + uniqueStep, ...(await bench.readMemory()) });
    }
  }
  onStep('the usual requests once more');
  asked += await bench.send(usual, step);
  lines.push({ kind: 'usual', asked, ...(await bench.readMemory()) });
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
  return { send, readMemory: async () => (await graph.ask('memory')) as MemoryUse };
}

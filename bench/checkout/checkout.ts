// Measures the cost of a checkout, from the client's POST to COMPLETED in four databases. The graph and the floor take turns
// (A B A B …), so that other load on the machine affects both. Times are medians of rounds; the numbers of SQL statements are exact.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { readUsage } from '../measure/cpu.ts';
import { percentile } from '../measure/figures.ts';
import type { Options } from '../options.ts';
import type { Report } from '../report/report.ts';
import { type Floor, openFloor } from './floor.ts';
import type { Ready } from './graph.ts';
import { measureOrphanTakeover } from './orphan-takeover.ts';
import { type Cost, formatReport, type Row } from './report.ts';
import { type Buyer, type Client, createBuyers, openClient } from './shop.ts';

interface Bench {
  ready: Ready;
  graphPid: number;
  /** SQL statements of the graph so far. */
  statements: () => Promise<number>;
  client: Client;
  floor: Floor;
  shop: readonly Buyer[];
  perRound: number;
}

/** Returns the report. */
export async function measureCheckout(
  options: Options,
  { opened, folder, onStep }: { opened: OpenResources; folder: string; onStep: (step: string) => void },
): Promise<Report> {
  const rounds = options.rounds ?? (options.isQuick ? 1 : 5);
  const perRound = options.isQuick ? 150 : 400;
  onStep('checkout: starting the graph and its buyers');
  const bench = await openBench(opened, folder, perRound);
  await runCheckouts(bench, 16, (buyer) => bench.client.buy(buyer));
  const rows: Row[] = [];
  for (const buyersAtOnce of options.isQuick ? [1, 16] : [1, 4, 16, 64]) {
    onStep(`checkout: ${buyersAtOnce} buyers`);
    const [graph, floor]: [Cost[], Cost[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      graph.push(await measureGraph(bench, buyersAtOnce));
      floor.push(await measureFloor(bench, buyersAtOnce));
    }
    rows.push({ name: 'Tributary, one process', buyersAtOnce, costs: graph });
    rows.push({ name: 'floor', buyersAtOnce, costs: floor });
  }
  onStep('checkout: orphans');
  const takeover = await measureOrphanTakeover(bench.client, bench.ready, bench.shop.slice(0, 20));
  return { text: formatReport(rows, takeover, { rounds, perRound }) };
}

async function openBench(opened: OpenResources, folder: string, perRound: number): Promise<Bench> {
  const child = fork(join(import.meta.dirname, 'graph.ts'), {
    env: { DATA_DIR: join(folder, 'checkout'), LOG_LEVEL: 'error' },
  });
  const exited = once(child, 'exit');
  opened.add('graph of the checkouts', async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const died = exited.then(([code]) => {
    throw new Error(`the graph of the checkouts ended with ${code}`);
  });
  died.catch(() => {});
  const [ready] = (await Promise.race([once(child, 'message'), died])) as [Ready];
  const client = openClient(ready.url, 64);
  opened.add('buyers', client.close);
  const floor = openFloor(ready.urls, 64);
  opened.add('floor of the checkouts', floor.close);
  const shop = await createBuyers(client, ready, 64);
  const statements = async () => {
    child.send('statements');
    const [answer] = (await once(child, 'message')) as [{ statements: number }];
    return answer.statements;
  };
  return { ready, graphPid: child.pid ?? 0, statements, client, floor, shop, perRound };
}

/** Runs a round of checkouts, so many at a time; answers the milliseconds each took. */
async function runCheckouts(
  { perRound, shop }: Bench,
  concurrency: number,
  checkout: (buyer: Buyer) => Promise<unknown>,
): Promise<number[]> {
  const took: number[] = [];
  let left = perRound;
  const worker = async (buyer: Buyer) => {
    while (left > 0) {
      left -= 1;
      const started = performance.now();
      await checkout(buyer);
      took.push(performance.now() - started);
    }
  };
  await Promise.all(shop.slice(0, concurrency).map(worker));
  return took;
}

/** The client's own CPU does not count: it runs in this process. */
async function measureGraph(bench: Bench, concurrency: number): Promise<Cost> {
  const spent = () => readUsage([bench.ready.postmaster, bench.graphPid]).cpuMs;
  const before = await bench.statements();
  const cost = await measureCost(spent, () =>
    runCheckouts(bench, concurrency, (buyer) => bench.client.buy(buyer)),
  );
  return { ...cost, statements: ((await bench.statements()) - before) / bench.perRound };
}

/** The floor runs in this process, so that this process's CPU is its own. */
async function measureFloor(bench: Bench, concurrency: number): Promise<Cost> {
  const spent = () => {
    const { user, system } = process.cpuUsage();
    return readUsage([bench.ready.postmaster]).cpuMs + (user + system) / 1000;
  };
  const checkout = ({ productId, accountId }: Buyer) => bench.floor.checkout(productId, accountId);
  const cost = await measureCost(spent, () => runCheckouts(bench, concurrency, checkout));
  return { ...cost, statements: 7 };
}

async function measureCost(
  spent: () => number,
  work: () => Promise<number[]>,
): Promise<Omit<Cost, 'statements'>> {
  const [before, started] = [spent(), performance.now()];
  const took = await work();
  const seconds = (performance.now() - started) / 1000;
  return {
    perSecond: took.length / seconds,
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    cpuMs: (spent() - before) / took.length,
  };
}

// npm run bench [-- --quick]: what a checkout costs, from the client's POST to COMPLETED in four databases.
// The graph and the floor take turns (A B A B …) in one run, so that a noisy machine is noisy for both. Times are medians
// of rounds; the counts (SQL statements) are exact, and they are what a change is judged by.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { cpuOfTree } from './cpu.ts';
import { openFloor } from './floor.ts';
import type { Ready } from './graph.ts';
import { type Buyer, buyers, openClient } from './shop.ts';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 2 : 5;
const perRound = isQuick ? 150 : 400;
const concurrencies = [1, 4, 16, 64];

interface Cost {
  perSecond: number;
  p50: number;
  p99: number;
  cpuMs: number;
  statements: number;
}

const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
const child = fork(join(import.meta.dirname, 'graph.ts'), { env: { DATA_DIR: folder, LOG_LEVEL: 'error' } });
const [ready] = (await once(child, 'message')) as [Ready];
const client = openClient(ready.url, 64);
const floor = openFloor(ready.urls, 64);
try {
  const shop = await buyers(client, ready, 64);
  await load(16, perRound, (buyer) => client.buy(buyer), shop);
  const rows: string[] = [];
  for (const concurrency of concurrencies) {
    const graphCosts: Cost[] = [];
    const floorCosts: Cost[] = [];
    for (let round = 0; round < rounds; round += 1) {
      graphCosts.push(await measure(concurrency, (buyer) => client.buy(buyer), shop, true));
      floorCosts.push(
        await measure(concurrency, (buyer) => floor.checkout(buyer.productId, buyer.accountId), shop, false),
      );
    }
    rows.push(row('Tributary, one process', concurrency, graphCosts), row('floor', concurrency, floorCosts));
  }
  const takeover = await orphanTakeover(shop);
  report(rows, takeover);
} finally {
  await floor.close();
  await client.close();
  child.kill('SIGTERM');
  await once(child, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

/** Runs `count` checkouts, so many at a time; answers the milliseconds each took. */
async function load(
  concurrency: number,
  count: number,
  checkout: (buyer: Buyer) => Promise<unknown>,
  shop: readonly Buyer[],
): Promise<number[]> {
  const took: number[] = [];
  let left = count;
  const worker = async (buyer: Buyer) => {
    while (left > 0) {
      left -= 1;
      const started = performance.now();
      await checkout(buyer);
      took.push(performance.now() - started);
    }
  };
  await Promise.all(shop.slice(0, concurrency).map(worker));
  return took.toSorted((a, b) => a - b);
}

async function measure(
  concurrency: number,
  checkout: (buyer: Buyer) => Promise<unknown>,
  shop: readonly Buyer[],
  isGraph: boolean,
): Promise<Cost> {
  // The floor runs in this process: its own CPU counts. The graph's client does not count as the graph's.
  const own = () => process.cpuUsage();
  const spent = () => cpuOfTree(ready.postmaster) + (isGraph ? cpuOfTree(child.pid ?? 0) : 0);
  const [cpuBefore, ownBefore, statementsBefore, started] = [
    spent(),
    own(),
    await statements(),
    performance.now(),
  ];
  const took = await load(concurrency, perRound, checkout, shop);
  const seconds = (performance.now() - started) / 1000;
  const ownMs = (process.cpuUsage(ownBefore).user + process.cpuUsage(ownBefore).system) / 1000;
  return {
    perSecond: took.length / seconds,
    p50: took[Math.floor(took.length * 0.5)] ?? 0,
    p99: took[Math.floor(took.length * 0.99)] ?? 0,
    cpuMs: (spent() - cpuBefore + (isGraph ? 0 : ownMs)) / took.length,
    statements: isGraph ? ((await statements()) - statementsBefore) / took.length : 7,
  };
}

async function statements(): Promise<number> {
  child.send('statements');
  const [answer] = (await once(child, 'message')) as [{ statements: number }];
  return answer.statements;
}

/** Milliseconds until a confirmed purchase whose owner is dead has been carried to its end, for 20 of them. */
async function orphanTakeover(shop: readonly Buyer[]): Promise<number[]> {
  const db = new pg.Client({ connectionString: ready.urls.purchases ?? '' });
  await db.connect();
  const took: number[] = [];
  for (const buyer of shop.slice(0, 20)) {
    const id = (await client.buy(buyer)) as string;
    // Every participant is idempotent by purchase id: put back to CONFIRMED under a dead owner, it is carried on again.
    await db.query(`UPDATE purchases.purchase SET status = 'CONFIRMED', owner = 1 WHERE id = $1`, [id]);
    const started = performance.now();
    for (let status = ''; status !== 'COMPLETED'; ) {
      const { rows } = await db.query('SELECT status FROM purchases.purchase WHERE id = $1', [id]);
      status = rows[0]?.status;
    }
    took.push(performance.now() - started);
  }
  await db.end();
  return took.toSorted((a, b) => a - b);
}

function row(name: string, concurrency: number, costs: readonly Cost[]): string {
  const median = (pick: (cost: Cost) => number) =>
    costs.map(pick).toSorted((a, b) => a - b)[Math.floor(costs.length / 2)] ?? 0;
  const cells = [
    name,
    concurrency,
    median(({ perSecond }) => perSecond).toFixed(0),
    median(({ p50 }) => p50).toFixed(1),
    median(({ p99 }) => p99).toFixed(1),
    median(({ cpuMs }) => cpuMs).toFixed(2),
    median((cost) => cost.statements).toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}

function report(rows: readonly string[], takeover: readonly number[]): void {
  const text = [
    '# What a checkout costs',
    '',
    `${rounds} rounds of ${perRound} checkouts each, Tributary and floor in turns; medians. ${cpus().length} cores, Node ${process.versions.node}.`,
    '',
    'CPU is that of the graph and PostgreSQL together, without the client. The floor writes the same rows by seven prepared',
    'statements, without HTTP, GraphQL, identity, checks or a payment provider.',
    '',
    '| | buyers | checkouts/s | p50 ms | p99 ms | CPU-ms | SQL statements |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    `Orphans (a confirmed purchase whose instance died) completed after ${takeover[0]?.toFixed(0)} to ${takeover.at(-1)?.toFixed(0)} ms, median ${takeover[Math.floor(takeover.length / 2)]?.toFixed(0)} ms.`,
    '',
  ].join('\n');
  process.stdout.write(text);
  if (!isQuick) writeFileSync(join(import.meta.dirname, 'results', 'checkout.md'), text);
}

// An instance that loses its sign of life and does not hear of it, beside another instance that sweeps. Its other connections work.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readEnvironment } from '../../platform/process/environment.ts';
import { type Log, openLog } from '../../platform/process/log.ts';
import type { SubgraphDefinition } from '../../platform/subgraph/definition.ts';
import { openSubgraph, type Subgraph } from '../../platform/subgraph/subgraph.ts';
import { readSchema, readSupergraphMap } from '../../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../../subgraphs/load.ts';
import type { Engine } from '../../subgraphs/purchases/own.ts';
import { createRowEngine } from '../../subgraphs/purchases/row-engine.ts';
import { openSignOfLife, type SignOfLife } from '../../subgraphs/purchases/sign-of-life.ts';
import { startProxy, type TcpProxy } from '../faults/proxy.ts';
import { query } from '../support/databases.ts';
import { required } from '../support/required.ts';
import { customer } from '../support/viewers.ts';
import { purchase, shopTest } from './shop.ts';

const shop = shopTest({ PURCHASES_SWEEP_MS: '20' });
afterEach(shop.mend);
const eventually = { timeout: 20_000, interval: 10 };

let proxy: TcpProxy;
let sign: SignOfLife;
let instance: Subgraph;
const logged: { level: number; msg: string }[] = [];

/** The log of the instance under test, instead of its output. */
function recordLog(): Log {
  return openLog(readEnvironment({}), 'purchases', {
    write: (line: string) => void logged.push(JSON.parse(line)),
  });
}

beforeAll(async () => {
  const map = readSupergraphMap();
  const entry = findEntry(map, 'purchases');
  const loaded = await loadSubgraph(entry);
  const url = new URL(shop.purchases.urls().runtime);
  proxy = await startProxy(Number(url.port));
  url.port = new URL(proxy.url).port;
  const log = recordLog();
  sign = await openSignOfLife(url.href, log, { checkMs: 50, timeoutMs: 1_000, provenMs: 1_500 });
  const rowEngine = createRowEngine(sign, 60_000);
  const engine: Engine = {
    ...rowEngine,
    drive: (ctx, purchase, token) => rowEngine.drive({ ...ctx, log }, purchase, token),
  };
  const own = { engine, waitMs: 1_000 };
  const definition: SubgraphDefinition = {
    ...loaded,
    open: () => ({ own, close: engine.close }),
    background: (ctx) => engine.startBackground({ ...ctx, own, log }),
  };
  instance = await openSubgraph({
    definition,
    sdl: readSchema(map, entry),
    urls: shop.purchases.urls(),
    environment: readEnvironment({ NODE_ENV: 'test', LOG_LEVEL: 'silent' }),
    clientFor: shop.createPeer,
  });
});
afterAll(async () => {
  await instance?.close();
  await proxy?.close();
});

const viewer = customer();

function buy(productId: string, idempotencyKey: string = randomUUID()) {
  const order = shop.variables({ productId, idempotencyKey });
  const signal = AbortSignal.timeout(20_000);
  return instance.execute({ query: purchase, variables: order }, { viewer, signal, traceId: '0'.repeat(32) });
}

async function readId(bought: ReturnType<typeof buy>): Promise<string> {
  const { data } = await bought;
  return (required(data, 'the mutation was answered').purchase as { id: string }).id;
}

/** Loses the connection of the sign without a word to its client; `endSession` also ends its session at the server. */
async function loseSign({ endSession }: { endSession: boolean }): Promise<void> {
  proxy.lose();
  proxy.setMode('refuse');
  if (!endSession) return;
  await query(
    required(shop.purchases.urls().admin, 'a superuser'),
    `SELECT pg_terminate_backend(pid) FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND objid = $1::integer::oid`,
    [sign.key],
  );
}

async function renewSign(): Promise<void> {
  proxy.setMode('pass');
  await expect.poll(sign.isProven, eventually).toBe(true);
}

const getStatus = async (id: string) =>
  (await shop.purchases.sql('SELECT status FROM purchases.purchase WHERE id = $1', [id]))[0]?.status;

const countPurchases = async () =>
  (await shop.purchases.sql('SELECT count(*)::integer AS count FROM purchases.purchase'))[0]?.count;

test('refuses to start a purchase before anything happens while it cannot prove its life, and sells again afterwards', async () => {
  const productId = await shop.product(5);
  const earlier = await buy(productId, 'an earlier key');
  await loseSign({ endSession: true });
  await expect.poll(sign.isProven, eventually).toBe(false);
  const before = [await countPurchases(), shop.getCallCount('ReserveStock')];
  const { data, errors } = await buy(productId);
  expect([data, errors?.[0]?.extensions?.code]).toEqual([{ purchase: null }, 'UNAVAILABLE']);
  expect([await countPurchases(), shop.getCallCount('ReserveStock')]).toEqual(before);
  expect(await buy(productId, 'an earlier key'), 'a repeat starts nothing').toEqual(earlier);
  await renewSign();
  expect((await buy(productId)).data?.purchase).toMatchObject({ status: 'COMPLETED' });
});

test('continues a purchase that nobody has taken over, after it has renewed its sign', async () => {
  const productId = await shop.product(5);
  shop.delay('ReserveStock', 1_700);
  const reserved = shop.getCallCount('ReserveStock');
  const bought = buy(productId);
  await expect.poll(() => shop.getCallCount('ReserveStock'), eventually).toBe(reserved + 1);
  const calls = shop.getCallCount('CreatePayment');
  await loseSign({ endSession: false });
  await expect.poll(sign.isProven, eventually).toBe(false);
  // The step that was under way ends, and no further step begins.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(shop.getCallCount('CreatePayment')).toBe(calls);
  await renewSign();
  const id = await readId(bought);
  await expect.poll(() => getStatus(id), eventually).toBe('COMPLETED');
});

test('stops its run of a purchase that another instance has taken over, and logs no error', async () => {
  const productId = await shop.product(5);
  shop.delay('CreatePayment', 1_700);
  const calls = shop.getCallCount('CreatePayment');
  const bought = buy(productId);
  await expect.poll(() => shop.getCallCount('CreatePayment'), eventually).toBeGreaterThan(calls);
  logged.length = 0;
  await loseSign({ endSession: true });
  // The other instance has no card token. It finds the payment that the lost call has made, and completes the purchase.
  const id = await readId(bought);
  await expect.poll(() => getStatus(id), eventually).toBe('COMPLETED');
  await renewSign();
  await expect
    .poll(() => logged.map(({ msg }) => msg), eventually)
    .toContain('another instance runs the purchase, or it has ended');
  expect(logged.filter(({ level }) => level >= 50)).toEqual([]);
  expect(await shop.truth(id, productId)).toMatchObject({
    reservation: 'COMMITTED',
    stock: 4,
    payment: 'CAPTURED',
  });
});

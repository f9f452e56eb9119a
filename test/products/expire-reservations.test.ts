// Reservations that have been held for too long are given back only when purchases says so, never because of their age alone.
import { afterEach, describe, expect, test } from 'vitest';
import type { Call, Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { openSubgraph, type Subgraph } from '../../platform/subgraph/subgraph.ts';
import { readSchema, readSupergraphMap } from '../../platform/supergraph-map.ts';
import { newId } from '../../platform/values/uuid.ts';
import { findEntry, loadSubgraph } from '../../subgraphs/load.ts';
import { subgraphTest } from '../support/subgraph.ts';
import {
  commitStock,
  getStock,
  onSale,
  openRivalTransaction,
  purchases,
  releaseStock,
  reserveStock,
} from './catalogue.ts';

const products = subgraphTest('products');

type Reply = (id: string, call: Call) => Promise<SubgraphResponse> | SubgraphResponse;

const status = (purchaseStatus: string | null): SubgraphResponse => ({ data: { purchaseStatus } });

const opened: Subgraph[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((instance) => instance.close()));
  // A reservation that a test leaves held must not reach the next test.
  await products.sql(`UPDATE products.reservation SET status = 'COMMITTED' WHERE status = 'HELD'`);
});

/** Opens one more instance of products on the same database, with its background loop. It lists the purchases that it asked about. */
async function instanceThat(reply: Reply, settings: Record<string, string> = {}) {
  const asked: string[] = [];
  const map = readSupergraphMap();
  const entry = findEntry(map, 'products');
  const peer = (name: string) => async (operation: Operation, call: Call) => {
    expect([name, operation.query, call.viewer]).toEqual([
      'purchases',
      'query PurchaseStatus($id: ID!) { purchaseStatus(id: $id) }',
      { kind: 'service', name: 'products' },
    ]);
    const id = String(operation.variables?.id);
    asked.push(id);
    return reply(id, call);
  };
  const instance = await openSubgraph({
    definition: await loadSubgraph(entry),
    sdl: readSchema(map, entry),
    urls: products.urls(),
    environment: readEnvironment({
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      PRODUCTS_SWEEP_MS: '20',
      ...settings,
    }),
    clientFor: peer,
  });
  opened.push(instance);
  return { asked, instance };
}

/** Reserves four of ten pens for a purchase, the given number of minutes ago. */
async function hold(minutes: number) {
  const pen = await onSale(products, { stock: 10 });
  const purchaseId = newId();
  const input = { purchaseId, lines: [{ productId: pen.id, quantity: 4 }] };
  await products.data(reserveStock, { input }, purchases);
  await products.sql(
    `UPDATE products.reservation
     SET created_at = now() - make_interval(mins => $2), updated_at = now() - make_interval(mins => $2)
     WHERE purchase_id = $1`,
    [purchaseId, minutes],
  );
  return { pen, purchaseId };
}

async function getStatus(purchaseId: string): Promise<string> {
  const [row] = await products.sql('SELECT status FROM products.reservation WHERE purchase_id = $1', [
    purchaseId,
  ]);
  return row?.status;
}

test.each(['CANCELLED', null])('gives back what is held for a purchase that is %s', async (response) => {
  const { pen, purchaseId } = await hold(16);
  const { asked } = await instanceThat(() => status(response));
  await expect.poll(() => getStatus(purchaseId)).toBe('RELEASED');
  expect(await getStock(products, pen.id)).toBe(10);
  expect(asked).toEqual([purchaseId]);
  const input = { purchaseId, lines: [{ productId: pen.id, quantity: 4 }] };
  expect(await products.refusal(reserveStock, { input }, purchases)).toBe('RESERVATION_RELEASED');
});

test('sells what is held for a purchase that is completed: its commit was lost', async () => {
  const { pen, purchaseId } = await hold(16);
  await instanceThat(() => status('COMPLETED'));
  await expect.poll(() => getStatus(purchaseId)).toBe('COMMITTED');
  expect(await getStock(products, pen.id)).toBe(6);
});

const unsettled: [string, Reply][] = [
  ['is started', () => status('STARTED')],
  ['is paid, its commit late', () => status('CONFIRMED')],
  ['is about to be cancelled', () => status('CANCELLING')],
  ['has a status that products does not know', () => status('ARCHIVED')],
  ['is not answered for', () => Promise.reject(new Error('connection refused'))],
  ['is answered for without data', () => ({ data: null })],
  ['is answered for with neither a status nor null', () => ({ data: {} })],
  [
    'is null beside a fault',
    () => ({
      data: { purchaseStatus: null },
      errors: [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    }),
  ],
  [
    'is null beside a refusal',
    () => ({ data: { purchaseStatus: null }, errors: [{ message: 'x', extensions: { code: 'FORBIDDEN' } }] }),
  ],
];

test.each(unsettled)('leaves what is held for a purchase that %s, and asks again', async (_case, reply) => {
  const { pen, purchaseId } = await hold(16);
  let response = reply;
  const { asked } = await instanceThat((id, call) => response(id, call));
  await expect.poll(() => asked.length).toBeGreaterThanOrEqual(3);
  expect([await getStatus(purchaseId), await getStock(products, pen.id)]).toEqual(['HELD', 6]);
  response = () => status('CANCELLED');
  await expect.poll(() => getStatus(purchaseId), { timeout: 5_000 }).toBe('RELEASED');
});

test('does not ask about reservations that are young, sold or released', async () => {
  const young = await hold(14);
  const sold = await hold(16);
  await products.data(commitStock, { purchaseId: sold.purchaseId }, purchases);
  const released = await hold(16);
  await products.data(releaseStock, { purchaseId: released.purchaseId }, purchases);
  const expired = await hold(16);
  const { asked } = await instanceThat(() => status(null));
  await expect.poll(() => getStatus(expired.purchaseId)).toBe('RELEASED');
  expect(asked).toEqual([expired.purchaseId]);
  expect(await getStatus(young.purchaseId)).toBe('HELD');
});

test('reads its limit from PRODUCTS_RESERVATION_MINUTES', async () => {
  const { purchaseId } = await hold(2);
  await instanceThat(() => status(null), { PRODUCTS_RESERVATION_MINUTES: '1' });
  await expect.poll(() => getStatus(purchaseId)).toBe('RELEASED');
});

test('settles more reservations than fit in one round without a pause, although some cannot be settled', async () => {
  const { pen, purchaseId: stuck } = await hold(17);
  await products.sql(
    `WITH held AS (
       INSERT INTO products.reservation (purchase_id, status, created_at, updated_at)
       SELECT gen_random_uuid(), 'HELD', now() - interval '16 minutes', now() - interval '16 minutes'
       FROM generate_series(1, 120) RETURNING purchase_id
     )
     INSERT INTO products.reservation_line (purchase_id, product_id, position, name, unit_price, currency, quantity)
     SELECT purchase_id, $1, 1, 'Pen', 1, 'EUR', 1 FROM held`,
    [pen.id],
  );
  const { asked } = await instanceThat((id) => status(id === stuck ? 'STARTED' : null), {
    PRODUCTS_SWEEP_MS: '60000',
  });
  await expect.poll(() => getStock(products, pen.id), { timeout: 10_000 }).toBe(6 + 120);
  expect([asked.length, asked[0]]).toEqual([121, stuck]);
});

describe('several instances', () => {
  test('share the work: no purchase is asked about twice in a round, and units are given back once', async () => {
    const held = await Promise.all(Array.from({ length: 12 }, () => hold(16)));
    const settings = { PRODUCTS_SWEEP_MS: '2000' };
    const slowly: Reply = () => new Promise((resolve) => setTimeout(() => resolve(status('CANCELLED')), 2));
    const instances = await Promise.all(Array.from({ length: 3 }, () => instanceThat(slowly, settings)));
    for (const { pen, purchaseId } of held) {
      await expect.poll(() => getStatus(purchaseId)).toBe('RELEASED');
      expect(await getStock(products, pen.id)).toBe(10);
    }
    const asked = instances.flatMap((one) => one.asked);
    expect(asked.toSorted()).toEqual(held.map(({ purchaseId }) => purchaseId).toSorted());
  });

  test('do not wait for a locked reservation, and do not lock a reservation while they ask about it', async () => {
    const [busy, free] = [await hold(17), await hold(16)];
    const commit = await openRivalTransaction(products);
    await commit.query('SELECT FROM products.reservation WHERE purchase_id = $1 FOR UPDATE', [
      busy.purchaseId,
    ]);
    const { promise: asking, resolve: ask } = Promise.withResolvers<void>();
    const { promise: response, resolve: reply } = Promise.withResolvers<SubgraphResponse>();
    await instanceThat(() => {
      ask();
      return response;
    });
    await asking;
    await products.data(commitStock, { purchaseId: free.purchaseId }, purchases);
    await commit.commit();
    // This response comes too late and is wrong. Units that are sold stay sold.
    reply(status('CANCELLED'));
    await expect.poll(() => getStatus(busy.purchaseId)).toBe('RELEASED');
    expect([await getStatus(free.purchaseId), await getStock(products, free.pen.id)]).toEqual([
      'COMMITTED',
      6,
    ]);
  });
});

test('costs one statement when no reservation has expired, and reads it by the index of held reservations', async () => {
  const { asked, instance } = await instanceThat(() => status(null), { PRODUCTS_SWEEP_MS: '3600000' });
  // An instance without the background loop sends only the statements with which TypeORM opens a connection.
  const { instance: resting } = await instanceThat(() => status(null), { PRODUCTS_SWEEP_MS: '0' });
  // The other statement deletes reservations that ended long ago.
  const both = resting.statements() + 2;
  await expect.poll(instance.statements).toBe(both);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([instance.statements(), asked]).toEqual([both, []]);
  const [index] = await products.sql(
    `SELECT indexdef FROM pg_indexes WHERE indexname = 'reservation_created_at_idx'`,
  );
  expect(index?.indexdef).toMatch(/\(created_at\) WHERE \(status = 'HELD'::text\)$/);
});

test('does nothing at all with PRODUCTS_SWEEP_MS=0', async () => {
  const { purchaseId } = await hold(16);
  const { instance } = await instanceThat(() => status(null), { PRODUCTS_SWEEP_MS: '0' });
  const before = instance.statements();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([instance.statements(), await getStatus(purchaseId)]).toEqual([before, 'HELD']);
});

test('closes at once while purchases does not answer, and asks nothing more', async () => {
  const held = [await hold(16), await hold(16)];
  const { promise: asking, resolve: ask } = Promise.withResolvers<AbortSignal>();
  const { asked, instance } = await instanceThat((_id, { signal }) => {
    ask(signal);
    return new Promise(() => {});
  });
  const signal = await asking;
  await instance.close();
  opened.pop();
  expect([signal.aborted, asked.length]).toEqual([true, 1]);
  for (const { purchaseId } of held) expect(await getStatus(purchaseId)).toBe('HELD');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTraceId } from '../../platform/calls/trace.ts';
import { type OpenedDataSource, openDataSource } from '../../platform/database/data-source.ts';
import type { Log } from '../../platform/process/log.ts';
import { newPurchaseId, type PurchaseId } from '../../platform/values/ids.ts';
import { newId } from '../../platform/values/uuid.ts';
import {
  type PurchaseStatus,
  purchaseStatuses,
  transitions,
} from '../../subgraphs/purchases/purchase-status.ts';
import { bindTransitions } from '../../subgraphs/purchases/transition.ts';
import { required } from '../support/required.ts';
import { silent } from '../support/silent-log.ts';
import { subgraphTest } from '../support/subgraph.ts';

const purchases = subgraphTest('purchases');
let opened: OpenedDataSource | undefined;
beforeAll(async () => {
  const { runtime: url } = purchases.urls();
  opened = await openDataSource({
    subgraph: 'purchases',
    url,
    tables: [],
    migrations: [],
    poolSize: 5,
    log: silent,
  });
});
afterAll(() => opened?.db.destroy());

const total = { amount: '1.00', currency: 'EUR' };

async function purchaseIn(status: PurchaseStatus): Promise<PurchaseId> {
  const id = newPurchaseId();
  const isCancel = status === 'CANCELLING' || status === 'CANCELLED';
  await purchases.sql(
    `INSERT INTO purchases.purchase
       (id, account_id, payment_id, idempotency_key, request_hash, status, cancel_reason, total, currency)
     VALUES ($1, $2, $3, 'key', '', $4, $5, 1, 'EUR')`,
    [id, newId(), newId(), status, isCancel ? 'UNAVAILABLE' : null],
  );
  return id;
}

const moves = {
  CONFIRMED: (id: PurchaseId) => move().confirm(id, [], total),
  COMPLETED: (id: PurchaseId) => move().complete(id),
  CANCELLING: (id: PurchaseId) => move().beginToCancel(id, 'OUT_OF_STOCK'),
  CANCELLED: (id: PurchaseId) => move().cancel(id),
} as const;
const move = (log = silent) =>
  bindTransitions(
    { db: required(opened, 'open between beforeAll and afterAll').db, log, publishChange: () => {} },
    newTraceId(),
  );

const pairs = purchaseStatuses.flatMap((from) => Object.keys(moves).map((to) => [from, to] as const));

test.each(pairs)(
  'from %s to %s: moves exactly when the table allows it, and returns the status of the row',
  async (from, to) => {
    const id = await purchaseIn(from);
    const allowed = transitions[from].includes(to as PurchaseStatus);
    // CANCELLING → CONFIRMED is a move of its own: `resume`.
    const isResume = from === 'CANCELLING' && to === 'CONFIRMED';
    // And so is CONFIRMED → CANCELLING: `giveUp`.
    const isGivingUp = from === 'CONFIRMED' && to === 'CANCELLING';
    const expected = allowed && !isResume && !isGivingUp ? to : from;
    expect(await moves[to as keyof typeof moves](id)).toBe(expected);
    const [row] = await purchases.sql('SELECT status FROM purchases.purchase WHERE id = $1', [id]);
    expect(row).toEqual({ status: expected });
  },
);

test('resumes only a purchase that is being cancelled', async () => {
  for (const from of purchaseStatuses) {
    const id = await purchaseIn(from);
    expect(await move().resume(id, [], total)).toBe(from === 'CANCELLING' ? 'CONFIRMED' : from);
  }
});

test('gives up only a confirmed purchase', async () => {
  for (const from of purchaseStatuses) {
    const id = await purchaseIn(from);
    expect(await move().giveUp(id, 'PAYMENT_LAPSED')).toBe(from === 'CONFIRMED' ? 'CANCELLING' : from);
  }
});

test('logs once that a confirmed purchase is given up, however many runs give it up', async () => {
  const id = await purchaseIn('CONFIRMED');
  const lines: unknown[] = [];
  const log = { warn: (...line: unknown[]) => lines.push(line) } as unknown as Log;
  const runs = Array.from({ length: 4 }, () => move(log).giveUp(id, 'PAYMENT_LAPSED'));
  expect(await Promise.all(runs)).toEqual(Array(4).fill('CANCELLING'));
  expect(lines).toEqual([[{ purchase: id, reason: 'PAYMENT_LAPSED' }, expect.any(String)]]);
});

test('lets exactly one of a simultaneous completion and giving up win, and returns its status to the other', async () => {
  for (let round = 0; round < 10; round += 1) {
    const id = await purchaseIn('CONFIRMED');
    const [completed, givenUp] = await Promise.all([
      moves.COMPLETED(id),
      move().giveUp(id, 'PAYMENT_LAPSED'),
    ]);
    expect(completed).toBe(givenUp);
  }
});

test('lets exactly one of a simultaneous confirmation and cancellation win, and returns its status to the other', async () => {
  for (let round = 0; round < 10; round += 1) {
    const id = await purchaseIn('STARTED');
    const [confirmed, cancelling] = await Promise.all([moves.CONFIRMED(id), moves.CANCELLING(id)]);
    expect(confirmed).toBe(cancelling);
  }
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenedDataSource, openDataSource } from '../../platform/database/data-source.ts';
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
const move = () => bindTransitions({ db: required(opened, 'open between beforeAll and afterAll').db });

const pairs = purchaseStatuses.flatMap((from) => Object.keys(moves).map((to) => [from, to] as const));

test.each(pairs)(
  'from %s to %s: moves exactly when the table allows it, and returns the status of the row',
  async (from, to) => {
    const id = await purchaseIn(from);
    const allowed = transitions[from].includes(to as PurchaseStatus);
    // CANCELLING → CONFIRMED is a move of its own: `resume`.
    const isResume = from === 'CANCELLING' && to === 'CONFIRMED';
    const expected = allowed && !isResume ? to : from;
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

test('lets exactly one of a simultaneous confirmation and cancellation win, and returns its status to the other', async () => {
  for (let round = 0; round < 10; round += 1) {
    const id = await purchaseIn('STARTED');
    const [confirmed, cancelling] = await Promise.all([moves.CONFIRMED(id), moves.CANCELLING(id)]);
    expect(confirmed).toBe(cancelling);
  }
});

// A zombie is a runner that was frozen in a step, lost its purchase to a successor, and wakes up after the successor has ended
// the purchase: it must change nothing. The zombie is a run of the same saga that the test holds in one step.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenedDataSource, openDataSource } from '../../platform/database/data-source.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PeerClientFor } from '../../platform/subgraph/peer.ts';
import { openPeers } from '../../platform/subgraph/peer.ts';
import { asPurchaseId, type PurchaseId } from '../../platform/values/ids.ts';
import { bindParticipants } from '../../subgraphs/purchases/participants.ts';
import { readPurchase } from '../../subgraphs/purchases/purchase.ts';
import { purchaseSaga } from '../../subgraphs/purchases/purchase-saga.ts';
import { signOfLifeClass } from '../../subgraphs/purchases/sign-of-life.ts';
import { type Step, type StepName, StepUnfinished, stepNames } from '../../subgraphs/purchases/step.ts';
import { onSale } from '../products/catalogue.ts';
import { required } from '../support/required.ts';
import { silent } from '../support/silent-log.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { chooseCard } from './points.ts';

const products = subgraphTest('products');
const payments = subgraphTest('payments');
const peerPort: PeerClientFor = (name) => required({ products, payments }[name], name).opened().execute;
const successor = subgraphTest('purchases', { peer: peerPort, environment: { PURCHASES_SWEEP_MS: '20' } });
let database: OpenedDataSource;
let teapot = '';

beforeAll(async () => {
  const url = successor.urls().runtime;
  database = await openDataSource({
    subgraph: 'zombie',
    url,
    tables: [],
    migrations: [],
    poolSize: 2,
    log: silent,
  });
  teapot = (await onSale(products, { stock: 1000 })).id;
});
afterAll(() => database?.db.destroy());

/** Acts as another instance, which lives as long as it holds its sign of life. */
async function openLivingOwner(): Promise<{ key: number; die: () => Promise<void> }> {
  const key = Math.floor(Math.random() * 2 ** 30) + 1;
  const client = new pg.Client({ connectionString: successor.urls().runtime });
  await client.connect();
  await client.query('SELECT pg_advisory_lock($1, $2)', [signOfLifeClass, key]);
  return { key, die: () => client.end() };
}

async function insertPurchase(owner: number): Promise<PurchaseId> {
  const id = asPurchaseId(randomUUID());
  await successor.sql(
    `WITH p AS (INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, owner)
       VALUES ($1, $2, $3, 'key', '', 'STARTED', $4) RETURNING id)
     INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity) SELECT id, 1, $5, 2 FROM p`,
    [id, randomUUID(), randomUUID(), owner, teapot],
  );
  return id;
}

/** Runs steps immediately, except for one: before that step it calls `held`, and then it may give up. */
function holdStep(heldAt: StepName, held: () => Promise<void>, givesUp: boolean): Step {
  let isHeld = false;
  return async (name, run) => {
    if (name === heldAt && !isHeld) {
      isHeld = true;
      await held();
      if (givesUp) throw new StepUnfinished(name, new Error('no participant responds'));
    }
    return run(AbortSignal.timeout(5_000));
  };
}

const readAllRows = async (id: string) => ({
  purchase: await successor.sql('SELECT * FROM purchases.purchase WHERE id = $1', [id]),
  reservation: await products.sql('SELECT * FROM products.reservation WHERE purchase_id = $1', [id]),
  payment: await payments.sql('SELECT * FROM payments.payment WHERE purchase_id = $1', [id]),
  stock: await products.sql('SELECT stock FROM products.product WHERE id = $1', [teapot]),
});

const cases = stepNames.flatMap((name) => [
  { name, after: 'goes on', givesUp: false },
  { name, after: 'gives up', givesUp: true },
]);

test.for(cases)(
  'changes nothing when it wakes up in "$name" after its successor, and $after',
  async (one) => {
    const owner = await openLivingOwner();
    const id = await insertPurchase(owner.key);
    const ctx = {
      db: database.db,
      log: silent,
      publishChange: () => {},
      peer: openPeers(peerPort, { name: 'purchases', peers: ['products', 'payments'] }).callPeer,
    };
    let before: Awaited<ReturnType<typeof readAllRows>> | undefined;
    const step = holdStep(
      one.name,
      async () => {
        await owner.die();
        const status = async () => (await readPurchase(ctx, id)).status;
        await expect.poll(status, { timeout: 5_000, interval: 10 }).toMatch(/COMPLETED|CANCELLED/);
        before = await readAllRows(id);
      },
      one.givesUp,
    );
    // The zombie may fail, because it is too late. Only the rows that it leaves matter.
    const zombie = purchaseSaga(
      step,
      bindParticipants(ctx as Context),
      await readPurchase(ctx, id),
      chooseCard(one.name),
    );
    await zombie.catch(() => undefined);
    expect(before).toBeDefined();
    expect(await readAllRows(id)).toEqual(before);
  },
);

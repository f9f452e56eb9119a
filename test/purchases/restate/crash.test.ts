// purchases on the real Restate, as a process that is killed in the middle of a purchase and started again. Restate calls the new
// process, and the purchase ends as without a crash. One test also kills Restate.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import {
  createSigner,
  createVerifier,
  formatTrust,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import type { Viewer } from '../../../platform/identity/viewer.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { cloneDatabase, query } from '../../support/databases.ts';
import { type RunningProcess, startProcess, waitUntilReady } from '../../support/processes.ts';
import { required } from '../../support/required.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { customer, staff } from '../../support/viewers.ts';
import { isRestateInstalled, startRestate } from './server.ts';

describe.skipIf(!isRestateInstalled)('on Restate, killed', async () => {
  if (!isRestateInstalled) return;
  const restate = await startRestate();
  afterAll(restate.remove);
  const products = subgraphTest('products');
  const payments = subgraphTest('payments');

  const folder = temporaryFolder();
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const keys = { gateway: newKeyPair(), purchases: newKeyPair() };
  const trust = formatTrust(Object.entries(keys));
  const client = openSubgraphClient(
    'purchases',
    `${url}/graphql`,
    createSigner('gateway', readPrivateKey(keys.gateway.privateKey)),
  );
  let database: Awaited<ReturnType<typeof cloneDatabase>> | undefined;
  let running: RunningProcess | undefined;
  const neighbours: Record<string, string> = {};
  const closers: (() => Promise<void>)[] = [];

  /** Starts the service as its container does. */
  const start = async (killAt?: string) => {
    const { runtime, owner } = required(database, 'the database exists').urls;
    running = startProcess(['commands/subgraph.ts', 'purchases'], {
      NODE_ENV: 'test',
      LOG_LEVEL: 'error',
      DATA_DIR: folder,
      PORT: String(port),
      IDENTITY_KEY: keys.purchases.privateKey,
      IDENTITY_TRUST: trust,
      PURCHASES_DATABASE_URL: runtime,
      PURCHASES_OWNER_DATABASE_URL: owner,
      ...neighbours,
      ...restate.settings,
      ...(killAt === undefined ? {} : { TEST_KILL_AT: `purchases: ${killAt}` }),
    });
    await waitUntilReady(`${url}/health/ready`, running);
  };

  beforeAll(async () => {
    database = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'purchases' });
    const log = openLog(readEnvironment({ LOG_LEVEL: 'silent' }), 'test');
    for (const [name, subgraph] of Object.entries({ products, payments })) {
      const server = await serveSubgraph({
        subgraph: subgraph.opened(),
        host: '127.0.0.1',
        port: 0,
        verify: createVerifier(name, readTrust(trust)),
        log,
        timeoutMs: 15_000,
        drainMs: 0,
        isExplorable: false,
      });
      closers.push(server.close);
      neighbours[`${name.toUpperCase()}_URL`] = server.url;
    }
  });
  afterAll(async () => {
    await running?.stop();
    await client.close();
    for (const close of closers) await close();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const buy = async (input: object, viewer: Viewer) => {
    const text = `mutation ($input: PurchaseInput!) { purchase(input: $input) { id status cancelReason } }`;
    const signal = AbortSignal.timeout(15_000);
    const call = { viewer, signal, traceId: '0'.repeat(32) };
    const { data, errors } = await client.execute({ query: text, variables: { input } }, call);
    expect(errors).toBeUndefined();
    return data?.purchase as { id: string; status: string; cancelReason: string | null };
  };
  const newOrder = async (paymentToken = 'tok_approve') => {
    const input = {
      sku: randomUUID().toUpperCase(),
      name: 'Teapot',
      description: 'Pours well.',
      price: { amount: '12.50', currency: 'EUR' },
      stock: 5,
    };
    const mutation = 'mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }';
    const productId = (await products.data(mutation, { input }, staff())).createProduct.id;
    return {
      productId,
      input: { lines: [{ productId, quantity: 2 }], paymentToken, idempotencyKey: randomUUID() },
      viewer: customer(),
    };
  };
  const truth = async (viewer: Viewer, productId: string) => {
    const accountId = viewer.kind === 'account' ? viewer.accountId : '';
    const { owner } = required(database, 'the database exists').urls;
    const rows = await query(
      owner,
      'SELECT id, status, owner FROM purchases.purchase WHERE account_id = $1',
      [accountId],
    );
    const [product] = await products.sql('SELECT stock FROM products.product WHERE id = $1', [productId]);
    const held = await products.sql(
      'SELECT r.status FROM products.reservation r WHERE r.purchase_id = ANY($1)',
      [rows.map(({ id }) => id)],
    );
    const paid = await payments.sql('SELECT status FROM payments.payment WHERE account_id = $1', [accountId]);
    return {
      purchases: rows.map(({ status }) => status),
      owners: rows.map((row) => row.owner),
      reservations: held.map(({ status }) => status),
      payments: paid.map(({ status }) => status),
      stock: product?.stock,
    };
  };
  const once = (status: string, reservation: string, payment: string, stock: number) => ({
    purchases: [status],
    owners: [null],
    reservations: [reservation],
    payments: [payment],
    stock,
  });
  const soon = { timeout: 15_000, interval: 50 };

  const completed = once('COMPLETED', 'COMMITTED', 'CAPTURED', 3);
  const cancelled = once('CANCELLED', 'RELEASED', 'DECLINED', 5);
  const lapsed = once('CANCELLED', 'RELEASED', 'EXPIRED', 5);
  // Also before the card is charged: Restate stores the sealed token, so the next process can continue.
  test.each([
    ['before create payment', 'tok_approve', completed],
    ['after create payment', 'tok_approve', completed],
    ['after confirm', 'tok_approve', completed],
    ['after capture payment', 'tok_approve', completed],
    ['after create payment', 'tok_decline', cancelled],
    ['after void payment', 'tok_decline', cancelled],
    ['after give up', 'tok_lapse', lapsed],
  ])('%s (%s), a purchase ends by itself, once', async (point, token, end) => {
    const { input, viewer, productId } = await newOrder(token);
    await start(point);
    await expect(buy(input, viewer)).rejects.toThrow('did not answer');
    expect(await running?.stop()).toBeNull();
    await start();
    await expect.poll(() => truth(viewer, productId), soon).toEqual(end);
    const again = await buy(input, viewer);
    expect(again).toMatchObject({ status: end.purchases[0] });
    expect(await buy(input, viewer)).toEqual(again);
    expect(await truth(viewer, productId)).toEqual(end);
    expect(await running?.stop()).toBe(0);
  });

  test('together with Restate, a purchase ends by itself, once', async () => {
    const { input, viewer, productId } = await newOrder();
    await start('after create payment');
    await expect(buy(input, viewer)).rejects.toThrow('did not answer');
    await restate.stop('SIGKILL');
    await restate.start();
    await start();
    await expect.poll(() => truth(viewer, productId), soon).toEqual(completed);
    expect(await buy(input, viewer)).toMatchObject({ status: 'COMPLETED' });
    expect(await truth(viewer, productId)).toEqual(completed);
  });
});

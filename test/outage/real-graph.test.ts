// The real graph as processes, while payments is frozen, killed and started again: a page loses the fields of payments only. While
// accounts is down, a client that is signed in still reads what needs no viewer.

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { required } from '../support/required.ts';
import { readHealth } from '../support/viewers.ts';
import { type GraphResponse, openWorld, type Session } from '../support/world.ts';
import { expectDocumentedCodes } from './outages.ts';

const page = `{ me { name purchases(first: 5) { edges { node {
  status lines { name product { name } } payment { status amount { amount } }
} } } } }`;

describe('while payments', () => {
  const world = openWorld('processes', 'servers');
  let session: Promise<Session> | undefined;

  /** Signs in a customer who has bought twice; the same one for all tests. */
  const getBuyer = () => {
    session ??= (async () => {
      const buyer = await world.customer();
      const productId = await world.product({ name: 'Teapot' });
      for (let bought = 0; bought < 2; bought += 1) {
        const input = {
          lines: [{ productId, quantity: 1 }],
          paymentToken: 'tok_approve',
          idempotencyKey: randomUUID(),
        };
        await world.data(
          'mutation ($input: PurchaseInput!) { purchase(input: $input) { id } }',
          { input },
          buyer,
        );
      }
      return buyer;
    })();
    return session;
  };
  const askForPage = async (): Promise<GraphResponse & { ms: number }> => {
    const buyerSession = await getBuyer();
    const started = performance.now();
    const response = await world.graphql(page, {}, buyerSession);
    return { ...response, ms: performance.now() - started };
  };
  const buildPurchase = (payment: unknown) => ({
    node: { status: 'COMPLETED', lines: [{ name: 'Teapot', product: { name: 'Teapot' } }], payment },
  });
  const whole = {
    me: {
      name: 'Ada Lovelace',
      purchases: {
        edges: [1, 2].map(() => buildPurchase({ status: 'CAPTURED', amount: { amount: '12.50' } })),
      },
    },
  };
  const expectOnlyPaymentsLost = ({
    status,
    data,
    errors = [],
    ms,
  }: Awaited<ReturnType<typeof askForPage>>) => {
    expect(status).toBe(200);
    expect(data).toEqual({
      me: { name: 'Ada Lovelace', purchases: { edges: [buildPurchase(null), buildPurchase(null)] } },
    });
    expect(errors.map(({ path }) => path)).toEqual(
      [0, 1].map((at) => ['me', 'purchases', 'edges', at, 'node', 'payment']),
    );
    expectDocumentedCodes(errors.map(({ extensions }) => extensions.code));
    expect(JSON.stringify(errors)).not.toMatch(/127\.0|http|ECONN|stack|payments/);
    expect(ms).toBeLessThan(15_000);
  };
  const getPaymentsProcess = () => required(world.started().processes.get('payments'), 'payments runs').child;
  const waitUntilWhole = () =>
    expect.poll(async () => (await askForPage()).data, { timeout: 20_000, interval: 100 }).toEqual(whole);

  test('works, the page is complete', async () => {
    expect(await askForPage()).toMatchObject({ status: 200, data: whole });
  });

  test('is frozen, the page arrives before its deadline without payments, and is complete again afterwards', async () => {
    await getBuyer();
    getPaymentsProcess().kill('SIGSTOP');
    try {
      expectOnlyPaymentsLost(await askForPage());
    } finally {
      getPaymentsProcess().kill('SIGCONT');
    }
    await waitUntilWhole();
  });

  test('is down, the page arrives without payments, and is complete again after the restart', async () => {
    await getBuyer();
    await world.started().processes.get('payments')?.stop('SIGKILL');
    expectOnlyPaymentsLost(await askForPage());
    const health = await (await readHealth(world.url())).json();
    expect(health).toMatchObject({
      status: 'ready',
      dependencies: { payments: { up: false, running: 0 }, accounts: { up: true, breaker: 'closed' } },
    });
    await world.started().restart('payments');
    await waitUntilWhole();
  });

  test('runs and accounts is down, a signed-in client reads the catalogue, and each field that needs a viewer is refused', async () => {
    const buyer = await getBuyer();
    await world.started().processes.get('accounts')?.stop('SIGKILL');
    const query = `query ($id: ID!) { products(first: 1) { edges { node { name } } } me { name }
      payment(id: $id) { id } purchase(id: $id) { id } }`;
    const { status, data, errors = [] } = await world.graphql(query, { id: randomUUID() }, buyer);
    expect(status).toBe(200);
    expect(data).toEqual({
      products: { edges: [{ node: { name: 'Teapot' } }] },
      me: null,
      payment: null,
      purchase: null,
    });
    expect(errors.map(({ path, extensions }) => [path, extensions.code]).sort()).toEqual([
      [['me'], 'SUBGRAPH_UNAVAILABLE'],
      [['payment'], 'SUBGRAPH_UNAVAILABLE'],
      [['purchase'], 'SUBGRAPH_UNAVAILABLE'],
    ]);
    await world.started().restart('accounts');
    await waitUntilWhole();
  });
});

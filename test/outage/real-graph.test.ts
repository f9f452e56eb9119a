// The real graph as processes, while one of them is frozen, killed and back: a page loses what that one knew, and nothing else.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { required } from '../support/required.ts';
import { type Reply, type Session, worldOf } from '../support/world.ts';
import { expectListed } from './outages.ts';

const page = `{ me { name purchases(first: 5) { edges { node {
  status lines { name product { name } } payment { status amount { amount } }
} } } } }`;

describe('while payments', () => {
  const world = worldOf('processes', 'servers');
  let session: Promise<Session> | undefined;

  /** Somebody who has bought twice. */
  const buyer = () => {
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
  const asked = async (): Promise<Reply & { ms: number }> => {
    const buyerSession = await buyer();
    const started = performance.now();
    const reply = await world.graphql(page, {}, buyerSession);
    return { ...reply, ms: performance.now() - started };
  };
  const bought = (payment: unknown) => ({
    node: { status: 'COMPLETED', lines: [{ name: 'Teapot', product: { name: 'Teapot' } }], payment },
  });
  const whole = {
    me: {
      name: 'Ada Lovelace',
      purchases: { edges: [1, 2].map(() => bought({ status: 'CAPTURED', amount: { amount: '12.50' } })) },
    },
  };
  const expectOnlyPaymentsLost = ({ status, data, errors = [], ms }: Awaited<ReturnType<typeof asked>>) => {
    expect(status).toBe(200);
    expect(data).toEqual({
      me: { name: 'Ada Lovelace', purchases: { edges: [bought(null), bought(null)] } },
    });
    expect(errors.map(({ path }) => path)).toEqual(
      [0, 1].map((at) => ['me', 'purchases', 'edges', at, 'node', 'payment']),
    );
    expectListed(errors.map(({ extensions }) => extensions.code));
    expect(JSON.stringify(errors)).not.toMatch(/127\.0|http|ECONN|stack|payments/);
    expect(ms).toBeLessThan(15_000);
  };
  const child = () => required(world.started().processes.get('payments'), 'payments runs').child;
  const recovered = () =>
    expect.poll(async () => (await asked()).data, { timeout: 20_000, interval: 100 }).toEqual(whole);

  test('is well, the page is whole', async () => {
    expect(await asked()).toMatchObject({ status: 200, data: whole });
  });

  test('is frozen, the page comes before its deadline without it, and whole again afterwards', async () => {
    await buyer();
    child().kill('SIGSTOP');
    try {
      expectOnlyPaymentsLost(await asked());
    } finally {
      child().kill('SIGCONT');
    }
    await recovered();
  });

  test('is killed, the page comes without it, and whole again once it is back', async () => {
    await buyer();
    await world.started().processes.get('payments')?.stop('SIGKILL');
    expectOnlyPaymentsLost(await asked());
    const health = await (await fetch(new URL('/health/ready', world.url()))).json();
    expect(health).toMatchObject({
      status: 'ready',
      dependencies: { payments: { up: false, running: 0 }, accounts: { up: true, breaker: 'closed' } },
    });
    await world.started().restart('payments');
    await recovered();
  });
});

// The events of the sandbox provider when the project starts the sandbox: the sandbox learns the URL once payments listens.
import { describe, expect, test } from 'vitest';
import { providerEventPath } from '../../subgraphs/payments/on-provider-event.ts';
import { openWorld } from '../support/world.ts';

describe.each(['one process', 'processes'] as const)('in %s', (mode) => {
  const world = openWorld(mode, 'databases');
  const purchase =
    'mutation ($input: PurchaseInput!) { purchase(input: $input) { status payment { status } } }';

  test('the sandbox provider reaches payments, which learns of a charge before its own call times out', async () => {
    const session = await world.customer();
    const lines = [{ productId: await world.product(), quantity: 1 }];
    const buying = world.graphql(
      purchase,
      { input: { lines, paymentToken: 'tok_timeout', idempotencyKey: 'event' } },
      session,
    );
    // The response never comes. Payments repeats the call after five seconds.
    const status = async () => {
      const rows = await world.sql('payments', 'SELECT status FROM payments.payment WHERE account_id = $1', [
        session.accountId,
      ]);
      return rows[0]?.status;
    };
    await expect.poll(status, { timeout: 3_500 }).toBe('AUTHORIZED');
    expect((await buying).status).toBe(200);
  });

  test('an event without a signature is refused', async () => {
    const at = new URL(providerEventPath, world.url());
    if (mode === 'one process') expect((await fetch(at, { method: 'POST', body: '{}' })).status).toBe(401);
    // The gateway of several processes serves only the graph.
    else expect((await fetch(at, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

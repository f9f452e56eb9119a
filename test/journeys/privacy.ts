// The data of one account stays private, whichever way another client tries to read it.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Journey } from './journey.ts';

export const privacy: Journey = (world) => {
  const buyOne = async () => {
    const session = await world.customer();
    const productId = await world.product();
    const input = {
      lines: [{ productId, quantity: 1 }],
      paymentToken: 'tok_approve',
      idempotencyKey: randomUUID(),
    };
    const mutation = 'mutation ($input: PurchaseInput!) { purchase(input: $input) { id payment { id } } }';
    const { purchase } = await world.data(mutation, { input }, session);
    return { session, purchase };
  };

  test('shows a purchase and its payment to the buyer and to staff, and hides from others that they exist', async () => {
    const { session, purchase } = await buyOne();
    const query = `query ($purchase: ID!, $payment: ID!) {
      purchase(id: $purchase) { id buyer { email } payment { status } }
      payment(id: $payment) { id account { email } purchase { status } }
    }`;
    const variables = { purchase: purchase.id, payment: purchase.payment.id };
    const own = await world.data(query, variables, session);
    expect(own.purchase).toMatchObject({ id: purchase.id, payment: { status: 'CAPTURED' } });
    expect(own.payment).toMatchObject({ purchase: { status: 'COMPLETED' } });
    expect((await world.data(query, variables, await world.staff())).purchase).toEqual(own.purchase);

    const stranger = await world.customer();
    const nothing = { purchase: null, payment: null };
    expect(await world.data(query, variables, stranger)).toEqual(nothing);
    const unknown = { purchase: randomUUID(), payment: randomUUID() };
    expect(await world.data(query, unknown, stranger)).toEqual(nothing);
  });

  test('refuses clients access to entities, service fields and service mutations', async () => {
    const session = await world.staff();
    for (const query of [
      '{ _entities(representations: []) { __typename } }',
      '{ _service { sdl } }',
      '{ sessionByToken(token: "x") { accountId } }',
      'mutation { reserveStock(input: { purchaseId: "x", lines: [] }) { status } }',
      'mutation { capturePayment(purchaseId: "x") { id } }',
    ]) {
      const response = await world.graphql(query, {}, session);
      expect(response.status, query).toBe(400);
      expect(response.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
  });

  test('ignores headers in which a client claims an identity', async () => {
    const { session } = await buyOne();
    const response = await fetch(world.url(), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-account-id': session.accountId,
        'x-viewer': JSON.stringify({ kind: 'account', accountId: session.accountId, roles: ['STAFF'] }),
        'x-service': 'gateway',
      },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    expect(await response.json()).toEqual({ data: { me: null } });
  });
};

// Reads of payments: who sees a payment, pages of payments, references to payments, and the number of SQL statements.

import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { required } from '../support/required.ts';
import { customer, service, staff } from '../support/viewers.ts';
import { paymentsTest, type Terms, terms } from './payments.ts';

const payments = paymentsTest();
const ada = newId();
let own: Terms[];

beforeAll(async () => {
  own = [];
  for (let count = 0; count < 5; count += 1) own.push(await payments.captured(terms({ accountId: ada })));
});

const payment = `query ($id: ID!) { payment(id: $id) { id status createdAt } }`;

const entities = `query ($representations: [_Any!]!, $first: Int! = 2, $after: String) {
  _entities(representations: $representations) {
    ... on Payment { id status amount { amount } purchase { id } account { id } refunds { id } }
    ... on Account {
      id
      payments(first: $first, after: $after) {
        edges { cursor node { id refunds { id } } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
}`;

const refer = (__typename: string, ids: readonly unknown[]) => ({
  representations: ids.map((id) => ({ __typename, id })),
});

test('shows a payment to its account and to staff', async () => {
  const id = own[0]?.id;
  const seen = { id, status: 'CAPTURED', createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) };
  expect((await payments.data(payment, { id }, customer(ada))).payment).toEqual(seen);
  expect((await payments.data(payment, { id }, staff())).payment).toEqual(seen);
});

test('returns null for a payment of another account and for an unknown id, and refuses a malformed id', async () => {
  for (const id of [own[0]?.id, newId()]) {
    expect((await payments.data(payment, { id }, customer())).payment).toBeNull();
  }
  expect(await payments.refusal(payment, { id: 'nothing' }, customer())).toBe('BAD_USER_INPUT');
  expect(await payments.refusal(payment, { id: own[0]?.id })).toBe('UNAUTHENTICATED');
});

test('resolves references to payments by the same rule, each on its own', async () => {
  const foreign = await payments.captured();
  const ids = [own[0]?.id, foreign.id, own[0]?.id.toUpperCase(), newId(), { ne: '' }, null];
  const seenBy = async (viewer = customer(ada)) => {
    const { data, errors } = await payments.graphql(entities, refer('Payment', ids), viewer);
    expect(errors?.map(({ path }) => path?.[1]).sort()).toEqual([4, 5]);
    return (required(data, 'the response has data')._entities as ({ id: string } | null)[]).map(
      (entity) => entity?.id ?? null,
    );
  };
  expect(await seenBy()).toEqual([own[0]?.id, null, own[0]?.id, null, null, null]);
  expect(await seenBy(service('purchases'))).toEqual([null, null, null, null, null, null]);
  expect(await seenBy({ kind: 'anonymous' })).toEqual([null, null, null, null, null, null]);
});

test('resolves a reference to an account only for that account and for staff', async () => {
  const ids = [ada, newId(), { ne: '' }];
  const seenBy = async (viewer = customer(ada)) => {
    const { data, errors } = await payments.graphql(entities, refer('Account', ids), viewer);
    expect(errors?.map(({ path }) => path?.[1])).toEqual([2]);
    const accounts = required(data, 'the response has data')._entities as ({
      payments: { edges: unknown[] };
    } | null)[];
    return accounts.map((entity) => entity?.payments.edges.length ?? null);
  };
  expect(await seenBy()).toEqual([2, null, null]);
  expect(await seenBy(staff())).toEqual([2, 0, null]);
  expect(await seenBy({ kind: 'anonymous' })).toEqual([null, null, null]);
});

test("pages through an account's payments, newest first", async () => {
  const seen: string[] = [];
  let after: string | null = null;
  for (const expected of [2, 2, 1]) {
    const response = await payments.data(entities, { ...refer('Account', [ada]), after }, customer(ada));
    const { edges, pageInfo } = response._entities[0].payments;
    expect(edges).toHaveLength(expected);
    expect(pageInfo).toEqual({
      hasNextPage: expected === 2,
      hasPreviousPage: after !== null,
      startCursor: edges[0].cursor,
      endCursor: edges.at(-1).cursor,
    });
    seen.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
    after = pageInfo.endCursor;
  }
  expect(seen).toEqual(own.map(({ id }) => id).reverse());
});

test("pages backwards through an account's payments, from the oldest ones", async () => {
  const query = `query ($representations: [_Any!]!, $last: Int, $before: String) {
    _entities(representations: $representations) { ... on Account {
      payments(last: $last, before: $before) { edges { node { id } } pageInfo { hasPreviousPage hasNextPage startCursor } }
    } }
  }`;
  const seen: string[] = [];
  let before: string | null = null;
  for (const expected of [2, 2, 1]) {
    const variables: Record<string, unknown> = { ...refer('Account', [ada]), last: 2, before };
    const response = await payments.data(query, variables, customer(ada));
    const { edges, pageInfo } = response._entities[0].payments;
    const { hasPreviousPage, hasNextPage } = pageInfo;
    expect({ hasPreviousPage, hasNextPage }).toEqual({
      hasPreviousPage: expected === 2,
      hasNextPage: before !== null,
    });
    seen.unshift(...edges.map(({ node }: { node: { id: string } }) => node.id));
    before = pageInfo.startCursor;
  }
  expect(seen).toEqual(own.map(({ id }) => id).reverse());
});

test.each([{ first: 0 }, { first: 101 }, { after: 'nonsense' }])('refuses the page %j', async (page) => {
  const variables = { ...refer('Account', [ada]), ...page };
  expect(await payments.refusal(entities, variables, customer(ada))).toBe('BAD_USER_INPUT');
});

test.each([1, 10, 100])('reads %i payments with their refunds in two statements', async (count) => {
  const ids = await manyPayments(count);
  const before = payments.statements();
  const { _entities } = await payments.data(
    entities,
    refer(
      'Payment',
      ids.map(({ id }) => id),
    ),
    staff(),
  );
  expect(_entities.filter(Boolean)).toHaveLength(count);
  expect(payments.statements() - before).toBe(2);
});

test.each([1, 10, 100])(
  'reads the payments of %i accounts, with their refunds, in two statements',
  async (count) => {
    const ids = await manyPayments(count);
    const before = payments.statements();
    const { _entities } = await payments.data(
      entities,
      refer(
        'Account',
        ids.map(({ account_id }) => account_id),
      ),
      staff(),
    );
    expect(
      _entities.flatMap((account: { payments: { edges: unknown[] } }) => account.payments.edges),
    ).toHaveLength(count);
    expect(payments.statements() - before).toBe(2);
  },
);

async function manyPayments(count: number) {
  return payments.sql(
    `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency)
     SELECT uuidv7(), uuidv7(), uuidv7(), 'VOIDED', 1, 'EUR' FROM generate_series(1, $1) RETURNING id, account_id`,
    [count],
  );
}

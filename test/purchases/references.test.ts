// References to purchases: one SQL statement for any number of them, and an access check for each entity.
import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, service, staff } from '../support/viewers.ts';

const purchases = subgraphTest('purchases');

async function purchaseOf(accountId: string): Promise<string> {
  const id = newId();
  await purchases.sql(
    `INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status)
     VALUES ($1, $2, $3, $4, '', 'STARTED')`,
    [id, accountId, newId(), id],
  );
  await purchases.sql(
    'INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity) VALUES ($1, 1, $2, 2)',
    [id, newId()],
  );
  return id;
}

const byPurchase = `query ($keys: [_Any!]!) { _entities(representations: $keys) {
  ... on Purchase { id status buyer { id } lines { id quantity product { id } } }
} }`;
const byAccount = `query ($keys: [_Any!]!, $first: Int!, $after: String) { _entities(representations: $keys) {
  ... on Account { purchases(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } } }
} }`;
const keysOf = (type: string, ids: unknown[]) => ids.map((id) => ({ __typename: type, id }));

test.each([1, 10, 100])('reads %i purchases with their lines in one statement', async (count) => {
  const accountId = newId();
  const ids: string[] = [];
  while (ids.length < count) ids.push(await purchaseOf(accountId));
  const before = purchases.statements();
  const { _entities } = await purchases.data(
    byPurchase,
    { keys: keysOf('Purchase', ids) },
    customer(accountId),
  );
  expect(purchases.statements() - before).toBe(1);
  expect(_entities.map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(_entities[0].lines).toEqual([
    { id: `${ids[0]}:1`, quantity: 2, product: { id: expect.any(String) } },
  ]);
});

test('reads the first purchases of many accounts in one statement, each with its own page', async () => {
  const accounts = [newId(), newId(), newId()];
  for (const [index, account] of accounts.entries()) {
    for (let made = 0; made <= index; made += 1) await purchaseOf(account);
  }
  const before = purchases.statements();
  const { _entities } = await purchases.data(
    byAccount,
    { keys: keysOf('Account', accounts), first: 2 },
    staff(),
  );
  expect(purchases.statements() - before).toBe(1);
  const shapes = _entities.map(
    ({ purchases: page }: { purchases: { edges: unknown[]; pageInfo: { hasNextPage: boolean } } }) => [
      page.edges.length,
      page.pageInfo.hasNextPage,
    ],
  );
  expect(shapes).toEqual([
    [1, false],
    [2, false],
    [2, true],
  ]);
});

test('pages through the purchases of an account, newest first', async () => {
  const account = newId();
  const made: string[] = [];
  for (let index = 0; index < 5; index += 1) made.push(await purchaseOf(account));
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    // biome-ignore lint/suspicious/noExplicitAny: the query decides the shape of the response
    const response: any = await purchases.data(
      byAccount,
      { keys: keysOf('Account', [account]), first: 2, after },
      customer(account),
    );
    const { edges, pageInfo } = response._entities[0].purchases;
    seen.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
    after = edges.at(-1).cursor;
    more = pageInfo.hasNextPage;
  }
  expect(seen).toEqual(made.toReversed());
});

test('pages backwards from the end, and reads pages of both directions in one statement', async () => {
  const account = newId();
  const made: string[] = [];
  for (let index = 0; index < 5; index += 1) made.push(await purchaseOf(account));
  const page = `edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;
  const read = async (fields: string) => {
    const query = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Account { ${fields} } } }`;
    const keys = keysOf('Account', [account]);
    return (await purchases.data(query, { keys }, customer(account)))._entities[0];
  };
  const seen: string[][] = [];
  for (let before = '', more = true; more; ) {
    const { purchases: backwards } = await read(`purchases(last: 2${before}) { ${page} }`);
    seen.unshift(backwards.edges.map(({ node }: { node: { id: string } }) => node.id));
    const { startCursor, endCursor, hasPreviousPage, hasNextPage } = backwards.pageInfo;
    expect([startCursor, endCursor]).toEqual([backwards.edges[0].cursor, backwards.edges.at(-1).cursor]);
    expect(hasNextPage).toBe(before !== '');
    before = `, before: "${startCursor}"`;
    more = hasPreviousPage;
  }
  const [fifth, fourth, third, second, first] = made.toReversed();
  expect(seen).toEqual([[fifth], [fourth, third], [second, first]]);

  const before = purchases.statements();
  const both = await read(
    `forwards: purchases(first: 1) { ${page} } backwards: purchases(last: 1) { ${page} }`,
  );
  expect(purchases.statements() - before).toBe(1);
  expect([both.forwards.edges[0].node.id, both.backwards.edges[0].node.id]).toEqual([fifth, first]);
});

test('checks each entity of a batch on its own: foreign, unknown and malformed keys change no other entity', async () => {
  const [mine, theirs] = [newId(), newId()];
  const [own, foreign] = [await purchaseOf(mine), await purchaseOf(theirs)];
  const keys = keysOf('Purchase', [foreign, own, newId(), 'nonsense', { ne: '' }, null, 7, own]);
  const { data, errors } = await purchases.graphql(byPurchase, { keys }, customer(mine));
  const entities = data?._entities as ({ id: string } | null)[];
  expect(entities.map((entity) => entity?.id ?? null)).toEqual([
    null,
    own,
    null,
    null,
    null,
    null,
    null,
    own,
  ]);
  expect(errors?.map(({ path, extensions }) => [path?.[1], extensions?.code]).sort()).toEqual(
    [3, 4, 5, 6].map((place) => [place, 'BAD_USER_INPUT']),
  );
  const accounts = keysOf('Account', [theirs, mine, 'nonsense', { ne: '' }]);
  const page = await purchases.graphql(byAccount, { keys: accounts, first: 5 }, customer(mine));
  const owners = page.data?._entities as unknown[];
  expect(owners.map((entity) => entity === null)).toEqual([true, false, true, true]);
  expect(page.errors?.map(({ path }) => path?.[1]).sort()).toEqual([2, 3]);
});

test('shows an account its own purchases, staff all, and a service or an anonymous caller none', async () => {
  const account = newId();
  const keys = keysOf('Purchase', [await purchaseOf(account)]);
  const seenBy = async (viewer?: Parameters<typeof purchases.data>[2]) =>
    (await purchases.data(byPurchase, { keys }, viewer))._entities[0] !== null;
  expect([await seenBy(customer(account)), await seenBy(staff())]).toEqual([true, true]);
  expect([await seenBy(customer()), await seenBy()]).toEqual([false, false]);
  expect([await seenBy(service('gateway')), await seenBy(service('products'))]).toEqual([false, false]);
});

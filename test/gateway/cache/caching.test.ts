// What the gateway keeps of answers, and what it tells the caches in front of it.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.rename('Teapot');
  // Nothing of the test before is kept.
  shop.hub.publish();
});

interface Reply {
  data: Record<string, unknown>;
  errors?: { extensions: { code: string } }[];
  status: number;
  headers: Headers;
}

async function ask(query: string, variables: object = {}, token?: string): Promise<Reply> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await shop.post({ query, variables }, authorization as Record<string, string>);
  return { ...((await response.json()) as Reply), status: response.status, headers: response.headers };
}

async function timesAsked(work: () => Promise<unknown>): Promise<number> {
  const before = shop.catalogueAsked().length;
  await work();
  return shop.catalogueAsked().length - before;
}

const named = 'query ($id: ID!) { product(id: $id) { id name asked } }';

describe('a public answer', () => {
  test('is asked for once, by visitors and accounts, always in nobody’s name', async () => {
    const seen: Reply[] = [];
    const times = await timesAsked(async () => {
      for (const token of ['ada', undefined, 'grace']) seen.push(await ask(named, { id: '1' }, token));
    });
    expect(times).toBe(1);
    for (const { data } of seen)
      expect(data).toEqual({ product: { id: '1', name: 'Teapot', asked: 'anonymous' } });
    expect(seen.map(({ headers }) => headers.get('cache-control'))).toEqual(
      Array(3).fill('public, max-age=60'),
    );
    expect(seen.map(({ headers }) => headers.get('age'))).toEqual([null, '0', '0']);
    expect(new Set(seen.map(({ headers }) => headers.get('trace-id'))).size).toBe(3);
  });

  test('still needs a session that is valid, where there is one', async () => {
    await ask(named, { id: '1' });
    const refused = await ask(named, { id: '1' }, 'nobodys');
    expect(refused.status).toBe(401);
    expect(refused.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(refused.headers.get('cache-control')).toBe('no-store');
  });

  test('is another one for other variables, another text and another operation; not for another order or a stray variable', async () => {
    const like =
      'query A($id: ID!, $like: Like) { product(id: $id, like: $like) { name } } query B { product(id: "1") { name } }';
    const operation = (operationName: string, variables: object) =>
      shop.post({ query: like, operationName, variables });
    const times = await timesAsked(async () => {
      await operation('A', { id: '1', like: { color: 'red', size: 1 } });
      await operation('A', { like: { size: 1, color: 'red' }, id: '1' });
      await operation('A', { id: '1', like: { color: 'red', size: 1 }, stray: Math.random() });
    });
    expect(times).toBe(1);
    const others = [
      () => operation('A', { id: '1', like: { color: 'red', size: 2 } }),
      () => operation('A', { id: '1', like: { color: 'red' } }),
      () => operation('A', { id: '1', like: null }),
      () => operation('A', { id: '1' }),
      () => operation('A', { id: '2' }),
      () => operation('B', { id: '1' }),
      () => ask(named, { id: '1' }),
      () => ask(`${named} `, { id: '1' }),
    ];
    for (const other of others) expect(await timesAsked(other)).toBe(1);
  });

  test('is dropped when its subgraph says that something has changed', async () => {
    await ask(named, { id: '1' });
    shop.rename('Kettle');
    expect((await ask(named, { id: '1' })).data).toMatchObject({ product: { name: 'Teapot' } });
    shop.hub.publish();
    expect((await ask(named, { id: '1' })).data).toMatchObject({ product: { name: 'Kettle' } });
  });

  test('is not kept while changes may pass unheard, nor is what was kept before', async () => {
    await ask(named, { id: '1' });
    shop.hub.setReceiving(false);
    const times = await timesAsked(async () => {
      for (let count = 0; count < 3; count += 1) await ask(named, { id: '1' });
    });
    shop.hub.setReceiving(true);
    expect(times).toBe(3);
    expect(await timesAsked(() => ask(named, { id: '1' }))).toBe(1);
    expect(await timesAsked(() => ask(named, { id: '1' }))).toBe(0);
  });

  test('is not kept when something changed while it was on its way', async () => {
    const letGo = shop.hold();
    const old = ask(named, { id: '1' });
    await expect.poll(() => shop.catalogueAsked().length).toBeGreaterThan(0);
    shop.rename('Kettle');
    shop.hub.publish();
    letGo();
    await old;
    expect((await ask(named, { id: '1' })).data).toMatchObject({ product: { name: 'Kettle' } });
  });

  test('shows whoever changed it the change at once, also where the subgraph tells nobody', async () => {
    await ask(named, { id: '1' });
    await ask('mutation { rename(id: "1", name: "Kettle") { id } }', {}, 'ada');
    expect((await ask(named, { id: '1' })).data).toMatchObject({ product: { name: 'Kettle' } });
  });
});

test.each([
  ['a viewer', '{ me { name } }', { me: { name: 'ada' } }],
  [
    'a viewer beside a product',
    '{ me { name } product(id: "1") { name } }',
    { me: { name: 'ada' }, product: { name: 'Teapot' } },
  ],
  ['a field that says nothing of itself', '{ greeting }', { greeting: 'Hello, ada' }],
  [
    'a field for staff in a product',
    '{ product(id: "1") { name margin } }',
    { product: { name: 'Teapot', margin: 'the margin, ada' } },
  ],
  [
    'products that are in somebody’s basket',
    '{ basket { id name } }',
    { basket: [{ id: 'ada', name: 'Teapot' }] },
  ],
  [
    'products that are chosen for somebody',
    '{ forYou { id name } }',
    { forYou: [{ id: 'ada', name: 'Teapot' }] },
  ],
  [
    'what another subgraph says of a product to each viewer',
    '{ product(id: "1") { name boughtBy } }',
    { product: { name: 'Teapot', boughtBy: 'ada' } },
  ],
  [
    'what says that it is everybody’s and was made of what is not',
    '{ product(id: "1") { label } }',
    { product: { label: 'costs the margin, ada' } },
  ],
  ['what changes all the time', '{ product(id: "1") { stock } }', { product: { stock: 3 } }],
])('never keeps %s', async (_what, query, expected) => {
  for (const token of ['ada', 'grace']) {
    const { data, headers } = await ask(query, {}, token);
    expect(JSON.stringify(data)).toBe(JSON.stringify(expected).replaceAll('ada', token));
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('etag')).toBeNull();
  }
});

test('never keeps an answer with an error, nor a mutation', async () => {
  const broken = await ask('{ broken { name } product(id: "1") { name } }');
  expect(broken.errors).toHaveLength(1);
  expect(broken.headers.get('cache-control')).toBe('no-store');
  expect(await timesAsked(() => ask('{ broken { name } product(id: "1") { name } }'))).toBe(1);
  const mutation = await ask('mutation { rename(id: "1", name: "Teapot") { name } }');
  expect(mutation.headers.get('cache-control')).toBe('no-store');
});

test('lets one viewer’s browser keep what says that it is private, and keeps nothing of it itself', async () => {
  for (const token of ['ada', 'grace']) {
    const { data, headers } = await ask('{ profile { name } }', {}, token);
    expect(data).toEqual({ profile: { name: token } });
    expect(headers.get('cache-control')).toBe('private, max-age=30');
    expect(headers.get('vary')?.split(', ')).toContain('authorization');
  }
});

describe('by GET', () => {
  const query = '{ product(id: "1") { name } }';
  const url = () => `${shop.url}?${new URLSearchParams({ query })}`;
  const get = (headers: Record<string, string> = {}) =>
    fetch(url(), { headers: { 'apollo-require-preflight': 'true', ...headers } });

  test('an answer has a tag, by which a client that has it gets no second one', async () => {
    const first = await get();
    expect(await first.json()).toEqual({ data: { product: { name: 'Teapot' } } });
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
    expect((first.headers.get('vary') ?? '').toLowerCase().split(/, */).sort()).toEqual([
      'accept',
      'accept-encoding',
      'origin',
    ]);
    for (const known of [tag, `"other", ${tag}`, tag.slice(2), '*']) {
      const again = await get({ 'if-none-match': known });
      expect([again.status, await again.text()]).toEqual([304, '']);
      expect(again.headers.get('etag')).toBe(tag);
      expect(again.headers.get('cache-control')).toBe('public, max-age=60');
      expect(again.headers.get('vary')).toContain('accept');
      expect(again.headers.get('content-type')).toBeNull();
    }
  });

  test('a client that has another answer gets this one, and an answer that may not be kept has no tag', async () => {
    const tag = (await get()).headers.get('etag') ?? '';
    shop.rename('Kettle');
    shop.hub.publish();
    const changed = await get({ 'if-none-match': tag });
    expect([changed.status, await changed.json()]).toEqual([200, { data: { product: { name: 'Kettle' } } }]);
    expect(changed.headers.get('etag')).not.toBe(tag);
    const refused = await get({ authorization: 'Bearer nobodys', 'if-none-match': '*' });
    expect([refused.status, refused.headers.get('etag')]).toEqual([401, null]);
  });

  test('a persisted query is kept as its text is', async () => {
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    await shop.post({ query, extensions });
    const parameters = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const times = await timesAsked(async () => {
      const response = await fetch(`${shop.url}?${parameters}`, {
        headers: { 'apollo-require-preflight': 'true' },
      });
      expect(response.headers.get('age')).toBe('0');
    });
    expect(times).toBe(0);
  });
});

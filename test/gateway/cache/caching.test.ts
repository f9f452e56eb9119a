// Which responses the gateway caches, and what it says to caches between it and the client.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../gateway/http/request-parameters.ts';
import { withHash } from '../http/wire.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.rename('Teapot');
  // Drops the responses of the test before.
  shop.hub.publish();
});

interface Reply {
  data: Record<string, unknown>;
  errors?: { extensions: { code: string } }[];
  extensions?: unknown;
  status: number;
  headers: Headers;
}

async function ask(query: string, variables: object = {}, token?: string): Promise<Reply> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await shop.post({ query, variables }, authorization as Record<string, string>);
  return { ...((await response.json()) as Reply), status: response.status, headers: response.headers };
}

async function countFetches(work: () => Promise<unknown>): Promise<number> {
  const before = shop.catalogueFetches().length;
  await work();
  return shop.catalogueFetches().length - before;
}

const named = 'query ($id: ID!) { product(id: $id) { id name asked } }';

describe('a public response', () => {
  test('is fetched once for visitors and accounts, without a viewer', async () => {
    const seen: Reply[] = [];
    const times = await countFetches(async () => {
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

  test('is the same for an expired session token, whose client alone is told so', async () => {
    const expectTold = async (id: string) => {
      const told = await ask(named, { id }, 'nobodys');
      expect(told.data).toEqual({ product: { id, name: 'Teapot', asked: 'anonymous' } });
      expect(told.extensions).toEqual({ session: 'EXPIRED' });
      const { headers } = told;
      const names = ['cache-control', 'age', 'etag', 'www-authenticate'] as const;
      expect(names.map((name) => headers.get(name))).toEqual([
        'no-store',
        null,
        null,
        expect.stringContaining('error="invalid_token"'),
      ]);
    };
    const expectUntold = async (id: string) => {
      const { extensions, headers } = await ask(named, { id });
      expect([extensions, headers.get('www-authenticate')]).toEqual([undefined, null]);
      expect(headers.get('cache-control')).toBe('public, max-age=60');
    };
    const times = await countFetches(async () => {
      // Its response fills the cache, and is taken from it.
      for (const expectNext of [expectTold, expectUntold, expectTold, expectUntold]) await expectNext('7');
    });
    expect(times).toBe(1);
  });

  test('differs by variables, text and operation name, but not by field order or undeclared variables', async () => {
    const like =
      'query A($id: ID!, $like: Like) { product(id: $id, like: $like) { name } } query B { product(id: "1") { name } }';
    const operation = (operationName: string, variables: object) =>
      shop.post({ query: like, operationName, variables });
    const times = await countFetches(async () => {
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
    for (const other of others) expect(await countFetches(other)).toBe(1);
  });

  test('is dropped when its subgraph sends a change notice', async () => {
    await ask(named, { id: '1' });
    shop.rename('Kettle');
    expect((await ask(named, { id: '1' })).data).toMatchObject({ product: { name: 'Teapot' } });
    shop.hub.publish();
    expect((await ask(named, { id: '1' })).data).toMatchObject({ product: { name: 'Kettle' } });
  });

  test('is not cached while change notices may be missed, and cached responses are not used', async () => {
    await ask(named, { id: '1' });
    shop.hub.setReceiving(false);
    const times = await countFetches(async () => {
      for (let count = 0; count < 3; count += 1) await ask(named, { id: '1' });
    });
    shop.hub.setReceiving(true);
    expect(times).toBe(3);
    expect(await countFetches(() => ask(named, { id: '1' }))).toBe(1);
    expect(await countFetches(() => ask(named, { id: '1' }))).toBe(0);
  });

  test('is not cached when a change notice arrives during the fetch', async () => {
    const release = shop.hold();
    const old = ask(named, { id: '1' });
    await expect.poll(() => shop.catalogueFetches().length).toBeGreaterThan(0);
    shop.rename('Kettle');
    shop.hub.publish();
    release();
    await old;
    expect((await ask(named, { id: '1' })).data).toMatchObject({ product: { name: 'Kettle' } });
  });

  test('shows a write through this gateway at once, without a change notice', async () => {
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
  ['a field that states no hint', '{ greeting }', { greeting: 'Hello, ada' }],
  [
    'a field for staff in a product',
    '{ product(id: "1") { name margin } }',
    { product: { name: 'Teapot', margin: 'the margin, ada' } },
  ],
  ['products in a viewer’s basket', '{ basket { id name } }', { basket: [{ id: 'ada', name: 'Teapot' }] }],
  [
    'products that are chosen for a viewer',
    '{ forYou { id name } }',
    { forYou: [{ id: 'ada', name: 'Teapot' }] },
  ],
  [
    'a field of a product that another subgraph resolves for each viewer',
    '{ product(id: "1") { name boughtBy } }',
    { product: { name: 'Teapot', boughtBy: 'ada' } },
  ],
  [
    'a field with a public hint that requires a private field',
    '{ product(id: "1") { label } }',
    { product: { label: 'less the rebate, ada' } },
  ],
  ['a field with the age 0', '{ product(id: "1") { stock } }', { product: { stock: 3 } }],
])('never caches %s', async (_what, query, expected) => {
  for (const token of ['ada', 'grace']) {
    const { data, headers } = await ask(query, {}, token);
    expect(JSON.stringify(data)).toBe(JSON.stringify(expected).replaceAll('ada', token));
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('etag')).toBeNull();
  }
});

test('never caches a response with an error, nor a mutation', async () => {
  const broken = await ask('{ broken { name } product(id: "1") { name } }');
  expect(broken.errors).toHaveLength(1);
  expect(broken.headers.get('cache-control')).toBe('no-store');
  expect(await countFetches(() => ask('{ broken { name } product(id: "1") { name } }'))).toBe(1);
  const mutation = await ask('mutation { rename(id: "1", name: "Teapot") { name } }');
  expect(mutation.headers.get('cache-control')).toBe('no-store');
});

test('marks a response with private hints as private for the browser, and does not cache it', async () => {
  for (const token of ['ada', 'grace']) {
    const { data, headers } = await ask('{ profile { name } }', {}, token);
    expect(data).toEqual({ profile: { name: token } });
    expect(headers.get('cache-control')).toBe('private, max-age=30');
    expect(headers.get('vary')?.split(', ')).toContain('authorization');
  }
});

describe('for GET', () => {
  const query = '{ product(id: "1") { name } }';
  const url = () => `${shop.url}?${new URLSearchParams({ query })}`;
  const get = (headers: Record<string, string> = {}) =>
    fetch(url(), { headers: { 'apollo-require-preflight': 'true', ...headers } });

  test('a response has an ETag, and a client that sends it back gets 304', async () => {
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

  test('a client with another ETag gets the new response, and an uncacheable response has no ETag', async () => {
    const tag = (await get()).headers.get('etag') ?? '';
    shop.rename('Kettle');
    shop.hub.publish();
    const changed = await get({ 'if-none-match': tag });
    expect([changed.status, await changed.json()]).toEqual([200, { data: { product: { name: 'Kettle' } } }]);
    expect(changed.headers.get('etag')).not.toBe(tag);
    const refused = await get({ authorization: 'Bearer nobodys', 'if-none-match': '*' });
    expect([refused.status, refused.headers.get('etag')]).toEqual([200, null]);
  });

  test('a persisted query shares the cached response of its text', async () => {
    const extensions = withHash(sha256(query));
    await shop.post({ query, extensions });
    const parameters = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const times = await countFetches(async () => {
      const response = await fetch(`${shop.url}?${parameters}`, {
        headers: { 'apollo-require-preflight': 'true' },
      });
      expect(response.headers.get('age')).toBe('0');
    });
    expect(times).toBe(0);
  });
});

// Identical concurrent fetches, through a whole gateway: public ones are sent once, others are never shared by viewers.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { link, openSmallGraph } from '../small-graph.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ RESPONSE_CACHE: '0', SHARE_FETCHES_MS: '60000' });
});
afterAll(() => shop.close());
beforeEach(() => shop.rename('Teapot'));

const ask = async (query: string, token?: string, variables: object = {}) => {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await (await shop.post({ query, variables }, headers)).json()) as { data: Record<string, unknown> };
};

/** Sends all requests while the catalogue holds its responses, and releases it once it has got the expected number of fetches. */
async function atOnce<Result>(times: number, ...sent: (() => Promise<Result>)[]): Promise<Result[]> {
  const release = shop.hold();
  const before = shop.catalogueFetches().length;
  const sessions = () =>
    shop.asked.filter(({ operation }) => operation.operationName === 'SessionByToken').length;
  const signedIn = sessions();
  const running = sent.map((send) => send());
  await expect.poll(() => shop.catalogueFetches().length - before).toBeGreaterThanOrEqual(times);
  await expect.poll(() => sessions() - signedIn).toBe(sent.length);
  // One more request, after which every request above has sent its fetch.
  await ask('{ me { name } }');
  release();
  const answers = await Promise.all(running);
  expect(shop.catalogueFetches().length - before).toBe(times);
  return answers;
}

describe('at the same time', () => {
  test('equal queries of visitors and accounts send one fetch, without a viewer', async () => {
    const query = 'query ($id: ID!) { product(id: $id) { name stock asked } }';
    const each = (token: string) => () => ask(query, token, { id: '1' });
    const answers = await atOnce(1, each('ada'), each('grace'), each('edsger'), each('ada'));
    const product = { name: 'Teapot', stock: 3, asked: 'anonymous' };
    expect(answers).toEqual(Array(4).fill({ data: { product } }));
  });

  test('queries for several products send one fetch for each product', async () => {
    const query = 'query ($id: ID!) { product(id: $id) { id stock } }';
    const each = (id: string) => () => ask(query, 'ada', { id });
    const answers = await atOnce(3, ...['1', '2', '1', '3', '2', '1'].map(each));
    expect(answers.map(({ data }) => (data.product as { id: string }).id)).toEqual([
      '1',
      '2',
      '1',
      '3',
      '2',
      '1',
    ]);
  });

  test('equal queries whose responses depend on the viewer send a fetch for each viewer', async () => {
    const viewers = ['ada', 'grace', 'edsger'];
    for (const [query, field] of [
      ['{ greeting }', 'Hello, *'],
      ['{ product(id: "1") { margin } }', 'the margin, *'],
      ['{ forYou { id stock } }', '"*"'],
      ['{ product(id: "1") { stock } greeting }', 'Hello, *'],
    ] as const) {
      const answers = await atOnce(3, ...viewers.map((token) => () => ask(query, token)));
      for (const [index, answer] of answers.entries()) {
        const text = JSON.stringify(answer);
        for (const viewer of viewers) {
          const expected = field.replace('*', viewer);
          expect(text.includes(expected), `${text} has ${expected}`).toBe(viewer === viewers[index]);
        }
      }
    }
  });

  test('two viewers’ baskets are fetched separately, and public data beside them once', async () => {
    const query = '{ basket { id boughtBy } me { name } product(id: "1") { stock } }';
    const [ada, grace] = await atOnce(
      1,
      () => ask(query, 'ada'),
      () => ask(query, 'grace'),
    );
    const seen = (name: string) => ({
      basket: [{ id: name, boughtBy: name }],
      me: { name },
      product: { stock: 3 },
    });
    expect([ada?.data, grace?.data]).toEqual([seen('ada'), seen('grace')]);
  });

  test('a query after a write does not join a fetch from before it', async () => {
    const query = '{ product(id: "1") { name stock } }';
    const release = shop.hold();
    const before = shop.catalogueFetches().length;
    const old = ask(query);
    await expect.poll(() => shop.catalogueFetches().length - before).toBe(1);
    await ask('mutation { rename(id: "1", name: "Kettle") { id } }');
    const fresh = ask(query);
    await expect.poll(() => shop.catalogueFetches().length - before).toBe(3);
    release();
    expect([(await old).data, (await fresh).data]).toMatchObject([
      { product: { name: 'Teapot' } },
      { product: { name: 'Kettle' } },
    ]);
  });
});

test('foreign subgraphs, which get no viewer, get one fetch for all requests with equal headers', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const graph = await openSmallGraph(
    {
      theirs: {
        sdl: `${link} type Query { tenant: String } type Mutation { change: String }`,
        execute: async ({ query }, { headers }) => {
          await held;
          return {
            data: { [query.includes('mutation') ? 'change' : 'tenant']: headers?.['x-tenant'] ?? 'none' },
          };
        },
      },
    },
    { SUPERGRAPH: 'theirs.graphql', FORWARD_HEADERS: 'x-tenant', SHARE_FETCHES_MS: '60000' },
  );
  const tenants = ['a', 'b', 'a', undefined, 'b', undefined];
  const send = (query: string) =>
    tenants.map(async (tenant) => {
      const headers: Record<string, string> = tenant === undefined ? {} : { 'x-tenant': tenant };
      const response = await graph.post({ query }, headers);
      expect(response.headers.get('cache-control')).toBe('no-store');
      return ((await response.json()) as { data: Record<string, string> }).data;
    });
  const queries = send('{ tenant }');
  const mutations = send('mutation { change }');
  // Mutations are not shared: once all six have arrived, the queries before them have arrived as well.
  await expect
    .poll(() => graph.asked.filter(({ operation }) => /mutation/.test(operation.query)).length)
    .toBe(6);
  expect(graph.asked).toHaveLength(6 + 3);
  release();
  expect((await Promise.all(queries)).map(({ tenant }) => tenant)).toEqual(
    tenants.map((tenant) => tenant ?? 'none'),
  );
  await Promise.all(mutations);
  await graph.close();
});

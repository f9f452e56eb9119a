// Identical fetches that are under way at the same time: sent once where they are everybody's, and never across viewers.
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

/** Sends all while the catalogue holds its answers; lets go when it was asked as often as expected and all are here. */
async function atOnce<Result>(times: number, ...sent: (() => Promise<Result>)[]): Promise<Result[]> {
  const letGo = shop.hold();
  const before = shop.catalogueAsked().length;
  const sessions = () =>
    shop.asked.filter(({ operation }) => operation.operationName === 'SessionByToken').length;
  const signedIn = sessions();
  const running = sent.map((send) => send());
  await expect.poll(() => shop.catalogueAsked().length - before).toBeGreaterThanOrEqual(times);
  await expect.poll(() => sessions() - signedIn).toBe(sent.length);
  // Once more around: whoever has come this far has asked.
  await ask('{ me { name } }');
  letGo();
  const answers = await Promise.all(running);
  expect(shop.catalogueAsked().length - before).toBe(times);
  return answers;
}

describe('at the same time', () => {
  test('visitors and accounts who ask the same of the catalogue ask it once, as nobody', async () => {
    const query = 'query ($id: ID!) { product(id: $id) { name stock asked } }';
    const each = (token: string) => () => ask(query, token, { id: '1' });
    const answers = await atOnce(1, each('ada'), each('grace'), each('edsger'), each('ada'));
    const product = { name: 'Teapot', stock: 3, asked: 'anonymous' };
    expect(answers).toEqual(Array(4).fill({ data: { product } }));
  });

  test('those who ask of other products ask each once', async () => {
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

  test('nobody gets an answer that depends on who asks, however alike the questions are', async () => {
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
          const itsOwn = field.replace('*', viewer);
          expect(text.includes(itsOwn), `${text} has ${itsOwn}`).toBe(viewer === viewers[index]);
        }
      }
    }
  });

  test('products in the baskets of two viewers are asked for apart, and what everybody sees of one of them once', async () => {
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

  test('whoever asks after a write of theirs does not get what was read before it', async () => {
    const query = '{ product(id: "1") { name stock } }';
    const letGo = shop.hold();
    const before = shop.catalogueAsked().length;
    const old = ask(query);
    await expect.poll(() => shop.catalogueAsked().length - before).toBe(1);
    await ask('mutation { rename(id: "1", name: "Kettle") { id } }');
    const fresh = ask(query);
    await expect.poll(() => shop.catalogueAsked().length - before).toBe(3);
    letGo();
    expect([(await old).data, (await fresh).data]).toMatchObject([
      { product: { name: 'Teapot' } },
      { product: { name: 'Kettle' } },
    ]);
  });
});

test('subgraphs that are not ours, and told of nobody, are asked once by all who come with the same headers', async () => {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const graph = await openSmallGraph(
    {
      theirs: {
        sdl: `${link} type Query { tenant: String } type Mutation { change: String }`,
        execute: async ({ query }, { headers }) => {
          await held;
          return {
            data: { [query.includes('mutation') ? 'change' : 'tenant']: headers?.['x-tenant'] ?? 'nobody' },
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
  // Mutations are none of what is shared: once all six are there, the queries before them are as well.
  await expect
    .poll(() => graph.asked.filter(({ operation }) => /mutation/.test(operation.query)).length)
    .toBe(6);
  expect(graph.asked).toHaveLength(6 + 3);
  letGo();
  expect((await Promise.all(queries)).map(({ tenant }) => tenant)).toEqual(
    tenants.map((tenant) => tenant ?? 'nobody'),
  );
  await Promise.all(mutations);
  await graph.close();
});

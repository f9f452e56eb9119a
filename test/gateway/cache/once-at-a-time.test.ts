// Identical fetches that are under way at the same time: sent once where they are everybody's, and never across viewers.
import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Flight } from '../../../gateway/cache/flight.ts';
import { openFreshness } from '../../../gateway/cache/freshness.ts';
import { onceAtATime } from '../../../gateway/cache/once-at-a-time.ts';
import type { Answer, Call, Execute } from '../../../platform/execute.ts';
import { Unanswered } from '../../../platform/resilience.ts';
import { silent } from '../../support/databases.ts';
import { customer, required } from '../../support/subgraph.ts';
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

/** A way to a subgraph whose answers the test gives, one at a time. */
function openWay() {
  const asked: { call: Call; answer: (answer: Answer) => void; fail: (cause: unknown) => void }[] = [];
  const execute: Execute = (_operation, call) =>
    new Promise((resolve, reject) => {
      asked.push({ call, answer: resolve, fail: reject });
      const end = () => reject(new Unanswered('gone', call.signal.reason));
      if (call.signal.aborted) end();
      else call.signal.addEventListener('abort', end, { once: true });
    });
  const freshness = openFreshness(() => undefined);
  const way = onceAtATime({ name: 'catalogue', execute, freshness, joinMs: 60_000, log: silent });
  return {
    asked,
    freshness,
    ask: (deadline?: number) => {
      const controller = new AbortController();
      const call: Call = { viewer: customer(), signal: controller.signal, traceId: '0'.repeat(32), deadline };
      const answer = way({ query: '{ a }', variables: { of: [1] } }, call);
      answer.catch(() => {});
      return { answer, leave: (reason: unknown) => controller.abort(reason) };
    },
  };
}

describe('whoever waits for a fetch of several', () => {
  test('gets an answer of its own, to write into', async () => {
    const way = openWay();
    const [first, second] = [way.ask(), way.ask()];
    const data = JSON.parse('{"list":[{"__proto__":{"a":1}}],"nothing":null}');
    way.asked[0]?.answer({ data });
    const lists = (await Promise.all([first.answer, second.answer])).map(
      ({ data }) => data?.list as object[],
    );
    const [one, other] = lists;
    expect(Object.hasOwn(required(other?.[0], 'there is one'), '__proto__')).toBe(true);
    expect(other).toEqual(one);
    one?.push({});
    expect(other).toHaveLength(1);
    expect(way.asked).toHaveLength(1);
  });

  test('may leave without ending it; it ends when the last one leaves, and nobody joins it after that', async () => {
    const way = openWay();
    const [first, second] = [way.ask(), way.ask()];
    first.leave(new Error('the caller went away'));
    await expect(first.answer).rejects.toMatchObject({ reason: 'gone' });
    expect(way.asked[0]?.call.signal.aborted).toBe(false);
    second.leave(new Error('the caller went away'));
    expect(way.asked[0]?.call.signal.aborted).toBe(true);
    const third = way.ask();
    await expect(second.answer).rejects.toMatchObject({ reason: 'gone' });
    way.asked[1]?.answer({ data: { a: 1 } });
    expect(await third.answer).toEqual({ data: { a: 1 } });
  });

  test('joins none that was asked of another graph', async () => {
    const way = openWay();
    const before = way.ask();
    way.freshness.renew();
    const after = way.ask();
    expect(way.asked).toHaveLength(2);
    for (const [index, { answer }] of way.asked.entries()) answer({ data: { index } });
    expect([await before.answer, await after.answer]).toEqual([
      { data: { index: 0 } },
      { data: { index: 1 } },
    ]);
  });

  test('joins none that is stuck', async () => {
    const way = openWay();
    const stuck = way.ask();
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
    const next = way.ask();
    vi.restoreAllMocks();
    way.asked[1]?.answer({ data: { a: 2 } });
    expect(await next.answer).toEqual({ data: { a: 2 } });
    way.asked[0]?.answer({ data: { a: 1 } });
    expect(await stuck.answer).toEqual({ data: { a: 1 } });
  });

  test('asks anew where only the time of the first one was up', async () => {
    const way = openWay();
    const now = Date.now();
    const [first, second, third] = [way.ask(now + 10), way.ask(now + 10_000), way.ask(now + 10_000)];
    way.asked[0]?.fail(new Unanswered('late'));
    await expect(first.answer).rejects.toMatchObject({ reason: 'late' });
    await expect.poll(() => way.asked.length).toBe(2);
    way.asked[1]?.answer({ data: { a: 1 } });
    expect([await second.answer, await third.answer]).toEqual(Array(2).fill({ data: { a: 1 } }));
  });

  test('shares what went wrong with the subgraph, and the next one asks again', async () => {
    const way = openWay();
    const [first, second] = [way.ask(), way.ask()];
    way.asked[0]?.fail(new Error('broken'));
    await expect(first.answer).rejects.toThrow('broken');
    await expect(second.answer).rejects.toThrow('broken');
    const next = way.ask();
    way.asked[1]?.answer({ data: null, errors: [{ message: 'no' }] });
    expect((await next.answer).errors).toEqual([{ message: 'no' }]);
  });

  test('leaves nothing behind on its signal', async () => {
    const controller = new AbortController();
    const call: Call = { viewer: customer(), signal: controller.signal, traceId: '0'.repeat(32) };
    const flight = new Flight({ query: '{ a }' }, call, 0, {
      again: () => Promise.reject(new Error('asked anew')),
      ended: () => {},
    });
    const answer = flight.board(call);
    await flight.fly(async () => ({ data: { a: 1 } }));
    await answer;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

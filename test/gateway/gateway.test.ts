import { afterAll, beforeAll, expect, test } from 'vitest';
import { link, openSmallGraph, type SmallGraph } from './small-graph.ts';

const subgraphs = {
  accounts: {
    sdl: `${link}type Query { ok: String } type Mutation { change: Int }`,
    resolvers: { Query: { ok: () => 'fine' }, Mutation: { change: () => 1 } },
  },
};
let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph(subgraphs);
});
afterAll(() => graph.close());

const query = { query: '{ ok }' };

test('completes a running request while it closes, and refuses new ones', async () => {
  const slow = 'b2'.repeat(16);
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const closing = await openSmallGraph({
    accounts: {
      sdl: subgraphs.accounts.sdl,
      execute: async (_operation, { traceId }) => {
        if (traceId !== slow) return { data: { ok: 'at once' } };
        ask();
        await answered;
        return { data: { ok: 'in the end' } };
      },
    },
  });
  const running = closing.post(query, { traceparent: `00-${slow}-${'1'.repeat(16)}-01` });
  await asked;
  const closed = closing.close();
  const knock = () =>
    closing.post(query).then(
      ({ status }) => status,
      () => 'refused',
    );
  await expect.poll(knock).toEqual(expect.toBeOneOf(['refused', 503]));
  answer();
  expect(await (await running).json()).toEqual({ data: { ok: 'in the end' } });
  await closed;
});

test('refuses a subscription with 400', async () => {
  const response = await graph.post({ query: 'subscription { anything }' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

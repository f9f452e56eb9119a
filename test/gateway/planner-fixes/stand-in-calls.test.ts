// Subgraph calls with stand-ins: what a subgraph gets, and what becomes of its errors. That the responses are right is tested with
// test/federation/graphs/requires-arguments.ts and its neighbours.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCorrections } from '../../../gateway/planner-fixes/corrections.ts';
import type { Execute } from '../../../platform/calls/call.ts';
import { executeOf, openSmallGraph, type SmallGraph } from '../small-graph.ts';
import { products, taxes } from './taxed-graph.ts';

let isDown = false;
const answer = executeOf(taxes);
const unsteady: Execute = (operation, call) =>
  isDown && operation.query.includes('gbp')
    ? Promise.reject(new Error('cannot be reached'))
    : answer(operation, call);

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph({ products, taxes: { sdl: taxes.sdl, execute: unsteady } });
});
afterAll(() => graph?.close());

async function ask(query: string, variables?: object) {
  const before = graph.asked.length;
  const text = await (await graph.post({ query, variables })).text();
  const asked = graph.asked.slice(before);
  // No response has a stand-in.
  expect(text).not.toMatch(/price__/);
  return {
    answer: JSON.parse(text),
    taxed: asked.filter(({ name }) => name === 'taxes').map(({ operation }) => operation),
  };
}

test('fields that require the same argument of a field are fetched in one call, under the real name', async () => {
  const { answer, taxed } = await ask('{ products { gbp free two: gbp } }');
  expect(answer).toEqual({
    data: {
      products: [
        { gbp: 3, free: 0, two: 3 },
        { gbp: 6, free: 0, two: 6 },
      ],
    },
  });
  expect(taxed.map(({ variables }) => variables)).toEqual([
    {
      representations: [
        { __typename: 'Product', id: '1', price: 3 },
        { __typename: 'Product', id: '2', price: 6 },
      ],
    },
  ]);
});

test('fields that require different arguments of a field are fetched in calls of their own', async () => {
  const { answer, taxed } = await ask('query($times: Int) { products { gbp free eur(times: $times) } }', {
    times: 5,
  });
  expect(answer).toEqual({
    data: {
      products: [
        { gbp: 3, free: 0, eur: 10 },
        { gbp: 6, free: 0, eur: 20 },
      ],
    },
  });
  const sent = taxed.map(({ query, variables = {} }) => {
    const { representations, ...others } = variables as { representations: { price: number }[] };
    return { query, prices: representations.map(({ price }) => price), others };
  });
  const entities = '_entities(representations:$representations)';
  expect(sent).toEqual([
    {
      query: `query($representations:[_Any!]!){${entities}{...on Product{gbp free}}}`,
      prices: [3, 6],
      others: {},
    },
    {
      query: `query($representations:[_Any!]!$times:Int){${entities}{...on Product{eur(times:$times)}}}`,
      prices: [2, 4],
      others: { times: 5 },
    },
  ]);
});

test('an error in one of several calls has its path, and all other fields keep their data', async () => {
  const { answer } = await ask('{ products { eur gbp broken free } }');
  expect(answer.data.products[1]).toEqual({ eur: 4, gbp: 6, broken: null, free: 0 });
  expect(answer.errors.map(({ path }: { path: unknown }) => path)).toEqual([
    ['products', 0, 'broken'],
    ['products', 1, 'broken'],
  ]);
});

test('the path of an error of a stand-in ends at the object that has it', async () => {
  const { answer } = await ask('{ products { odd eur } }');
  expect(answer.data).toEqual({
    products: [
      { odd: 3, eur: 2 },
      { odd: null, eur: 4 },
    ],
  });
  expect(answer.errors.map(({ path }: { path: unknown }) => path)).toEqual([['products', 1]]);
});

test('a fetch of several calls fails when one of them fails', async () => {
  isDown = true;
  const { answer } = await ask('{ products { eur gbp } }');
  isDown = false;
  expect(answer.data).toEqual({
    products: [
      { eur: null, gbp: null },
      { eur: null, gbp: null },
    ],
  });
  const failed = answer.errors.map(({ extensions }: { extensions: object }) => extensions);
  expect(failed.length).toBeGreaterThan(0);
  expect(failed).toEqual(failed.map(() => expect.objectContaining({ code: 'SUBGRAPH_UNAVAILABLE' })));
});

test('clients can neither select a stand-in nor see it, and may use its name as an alias', async () => {
  const [name = ''] =
    /price__\w+/.exec(JSON.stringify(openCorrections().correctSdl(graph.supergraphSdl))) ?? [];
  const refused = await (await graph.post({ query: `{ products { ${name} } }` })).json();
  expect(refused).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  const near = await (await graph.post({ query: `{ products { ${name.slice(0, -1)} } }` })).text();
  expect(near).not.toMatch(/Did you mean[^?]*price__/);
  await ask('{ __type(name: "Product") { fields { name } } __schema { types { fields { name } } } }');
  const response = await graph.post({ query: `{ products { ${name}: id eur } }` });
  expect(await response.json()).toEqual({
    data: {
      products: [
        { [name]: '1', eur: 2 },
        { [name]: '2', eur: 4 },
      ],
    },
  });
});

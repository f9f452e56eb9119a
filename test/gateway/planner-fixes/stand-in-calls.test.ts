// Fields that stand in for others with arguments, on their way: what a subgraph is told, and what becomes of its errors. That
// the answers are right is asked in test/federation/graphs/requires-arguments*.ts.
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
  // What stands in for a field is nowhere in an answer.
  expect(text).not.toMatch(/price__/);
  return {
    answer: JSON.parse(text),
    taxed: asked.filter(({ name }) => name === 'taxes').map(({ operation }) => operation),
  };
}

test('fields that need one argument of a field are asked for in one call, under the real name', async () => {
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

test('fields that need different arguments of a field are asked for in calls of their own', async () => {
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

test('an error in one of several calls stands at its place, and all else keeps its data', async () => {
  const { answer } = await ask('{ products { eur gbp broken free } }');
  expect(answer.data.products[1]).toEqual({ eur: 4, gbp: 6, broken: null, free: 0 });
  expect(answer.errors.map(({ path }: { path: unknown }) => path)).toEqual([
    ['products', 0, 'broken'],
    ['products', 1, 'broken'],
  ]);
});

test('an error of a field that nobody asked for is one of the object that it is in', async () => {
  const { answer } = await ask('{ products { odd eur } }');
  expect(answer.data).toEqual({
    products: [
      { odd: 3, eur: 2 },
      { odd: null, eur: 4 },
    ],
  });
  expect(answer.errors.map(({ path }: { path: unknown }) => path)).toEqual([['products', 1]]);
});

test('when one of several calls gets no answer, the fetch that they are has none', async () => {
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

test('clients can neither ask for what stands in for a field, nor see it, nor take its name for something of theirs', async () => {
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

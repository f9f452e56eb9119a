// Fields that stand in for others with arguments, on their way: what a subgraph is told, what its errors become, and what is
// left of a former graph. That the answers are right is asked in test/federation/graphs/requires-arguments*.ts.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCorrections } from '../../../gateway/plan/corrections.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import type { Call, Execute, Operation } from '../../../platform/execute.ts';
import {
  executeOf,
  link,
  openSmallGraph,
  type SmallGraph,
  type SmallSubgraph,
  writeMap,
} from '../small-graph.ts';

const taxes: SmallSubgraph = {
  sdl: `${link} type Product @key(fields: "id") {
    id: ID!
    price(currency: String): Int @external
    eur(times: Int): Int @requires(fields: "price(currency: \\"EUR\\")")
    gbp: Int @requires(fields: "price(currency: \\"GBP\\")")
    odd: Int @requires(fields: "price(currency: \\"odd\\")")
    broken: Int @requires(fields: "price(currency: \\"GBP\\")")
    free: Int
  }`,
  resolvers: {
    Product: {
      __resolveReference: (reference: object) => reference,
      eur: ({ price }: { price: number }, { times }: { times?: number }) => price * (times ?? 1),
      gbp: ({ price }: { price: number }) => price,
      odd: ({ price }: { price: number | null }) => price,
      free: () => 0,
      broken: () => {
        throw new Error('out of order');
      },
    },
  },
};
const products: SmallSubgraph = {
  sdl: `${link} type Query { products: [Product!]! } type Product @key(fields: "id") { id: ID! price(currency: String): Int }`,
  resolvers: {
    Query: { products: () => [{ id: '1' }, { id: '2' }] },
    Product: {
      price: ({ id }: { id: string }, { currency }: { currency?: string }) => {
        if (currency === 'odd' && id === '2') throw new Error('no such currency');
        return Number(id) * (currency === 'EUR' ? 2 : 3);
      },
    },
  },
};
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
  const [name = ''] = /price__\w+/.exec(JSON.stringify(openCorrections().sdl(graph.supergraphSdl))) ?? [];
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

const call = {} as Call;

function recorder() {
  const sent: Operation[] = [];
  const execute: Execute = async (operation) => {
    sent.push(operation);
    return { data: {} };
  };
  return { sent, execute };
}

test('a subgraph in which nothing stands in for anything gets its operations as they are', async () => {
  const corrections = openCorrections();
  const other = { sdl: `${link} type Query { other(price: Int): Int }` };
  const given = composeSupergraph(
    writeMap({ products: products.sdl, taxes: taxes.sdl, other: other.sdl }).map,
  );
  corrections.sdl(given.supergraphSdl);
  const { sent, execute } = recorder();
  const operation = { query: '{ other(price: 1) }', variables: {} };
  await corrections.hop('other', execute)(operation, call);
  await corrections.hop('products', execute)({ query: '{products{id}}' }, call);
  expect(sent[0]).toBe(operation);
  expect(sent[1]).toEqual({ query: '{products{id}}' });
});

test('what a former graph planned is still understood after the graph has changed', async () => {
  const corrections = openCorrections();
  const graphWith = (currency: string) =>
    composeSupergraph(
      writeMap({
        products: products.sdl,
        taxes: `${link} type Product @key(fields: "id") { id: ID! price(currency: String): Int @external
          tax: Int @requires(fields: "price${currency}") }`,
      }).map,
    ).supergraphSdl;
  const former =
    /requires: "(price__\w+)"/.exec(corrections.sdl(graphWith('(currency: \\"EUR\\")')))?.[1] ?? '';
  const next =
    /requires: "(price__\w+)"/.exec(corrections.sdl(graphWith('(currency: \\"GBP\\")')))?.[1] ?? '';
  expect(former).not.toBe(next);
  const { sent, execute } = recorder();
  await corrections.hop('products', execute)({ query: `{products{${former} ${next}}}` }, call);
  const query =
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Product{tax}}}';
  for (const name of [former, next]) {
    const representations = [{ __typename: 'Product', id: '1', [name]: 7 }];
    await corrections.hop('taxes', execute)({ query, variables: { representations } }, call);
  }
  const told = { query, variables: { representations: [{ __typename: 'Product', id: '1', price: 7 }] } };
  expect(sent).toEqual([
    { query: `{products{${former}:price(currency:"EUR")${next}:price(currency:"GBP")}}`, variables: {} },
    told,
    told,
  ]);
});

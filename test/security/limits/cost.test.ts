// Small operations with a high cost: nested lists, hundreds of password guesses. The gateway computes the cost from @cost and
// @listSize, and refuses the operation before it calls a subgraph.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { many, openCatalogue, outcome, refusedWith, send } from '../../gateway/limits/catalogue.ts';
import type { SmallGraph } from '../../gateway/small-graph.ts';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openCatalogue();
});
afterAll(() => graph.close());

test('refuses pages of a hundred within pages of a hundred', async () => {
  const query = '{ page(first: 100) { entries { page(first: 100) { entries { id } } } } }';
  const refused = await send(graph, query);
  expect(outcome(refused)).toEqual(refusedWith('COST_TOO_HIGH'));
  // A page, its 100 entries, each with a page and 100 entries.
  expect(refused.messages).toEqual(['The operation has a cost of 10201; the limit is 10000.']);
});

test('refuses an operation that only its variables make expensive, again for each request', async () => {
  const query = 'query($n: Int!) { page(first: $n) { entries { page(first: $n) { entries { id } } } } }';
  expect(await send(graph, query, { n: 10 })).toMatchObject({ status: 200, codes: [] });
  expect(outcome(await send(graph, query, { n: 200 }))).toEqual(refusedWith('COST_TOO_HIGH'));
  expect(await send(graph, query, { n: 10 })).toMatchObject({ status: 200, codes: [] });
});

test('refuses cost that comes from the default of a variable', async () => {
  const query =
    'query($n: Int! = 200) { page(first: $n) { entries { page(first: $n) { entries { id } } } } }';
  expect(outcome(await send(graph, query))).toEqual(refusedWith('COST_TOO_HIGH'));
});

test('refuses cost that hides in fragments and behind conditions', async () => {
  const query = `query($on: Boolean!) { page(first: 100) { ...P @include(if: $on) } }
    fragment P on Page { entries { ... on Thing { ... on Item { page(first: 100) { ...Q } } } } }
    fragment Q on Page { entries { id } }`;
  expect(outcome(await send(graph, query, { on: true }))).toEqual(refusedWith('COST_TOO_HIGH'));
  expect(await send(graph, query, { on: false })).toMatchObject({ status: 200, codes: [] });
});

test('refuses lists of an assumed size within one another', async () => {
  const query = `{ item ${'{ similar '.repeat(6)} { id } ${'}'.repeat(6)} }`;
  expect(outcome(await send(graph, query))).toEqual(refusedWith('COST_TOO_HIGH'));
});

test('refuses a field of great weight in a long list', async () => {
  const query = '{ items(first: 300) { report { text } } }';
  expect(outcome(await send(graph, query))).toEqual(refusedWith('COST_TOO_HIGH'));
});

test('refuses input of great weight, sent as a variable', async () => {
  let search: object = { deep: 1 };
  const heavy = await openCatalogue({ LIMIT_COST: '50' });
  for (let level = 0; level < 6; level += 1) search = { deep: 1, within: search };
  const refused = await send(heavy, 'query($s: Search) { named(search: $s) }', { s: search });
  expect(outcome(refused)).toEqual(refusedWith('COST_TOO_HIGH'));
  expect(refused.messages, 'seven objects, each with a field of weight 7').toEqual([
    'The operation has a cost of 56; the limit is 50.',
  ]);
  await heavy.close();
});

test.each([
  ['a literal', '{ items(first: 1001) { id } }', {}],
  ['a variable', 'query($n: Int) { items(first: $n) { id } }', { n: 1_000_000 }],
  ['a default', 'query($n: Int = 5000) { items(first: $n) { id } }', {}],
  ['the largest of two arguments', '{ items(first: 1, last: 2000000000) { id } }', {}],
])('refuses more entries than a list may have, asked for by %s', async (_how, query, variables) => {
  expect(outcome(await send(graph, query, variables))).toEqual(refusedWith('LIST_TOO_LONG'));
});

test('does not subtract a negative size from the cost', async () => {
  const query = `{ a: items(first: -1000000) { report { text } } page(first: 100) { entries { page(first: 100) { entries { id } } } } }`;
  expect(outcome(await send(graph, query))).toEqual(refusedWith('COST_TOO_HIGH'));
});

describe('password guessing', () => {
  const guesses = (count: number) => many(count, (n) => `g${n}: signIn(password: "guess ${n}")`);

  test('is refused from the second guess in one operation', async () => {
    for (const count of [2, 30]) {
      const refused = await send(graph, `mutation { ${guesses(count)} }`);
      expect(outcome(refused)).toEqual(refusedWith('MUTATION_REPEATED'));
      expect(refused.messages[0]).toBe(
        `The operation selects the expensive mutation signIn ${count} times; the limit is 1.`,
      );
    }
  });

  test('is refused with a hundred aliases', async () => {
    const { status, asked } = await send(graph, `mutation { ${guesses(100)} }`);
    expect({ status, asked }).toEqual({ status: 400, asked: 0 });
  });

  test('is refused when it hides in fragments', async () => {
    const query = `mutation { ...A ... on Mutation { b: signIn(password: "b") } } fragment A on Mutation { a: signIn(password: "a") }`;
    expect(outcome(await send(graph, query))).toEqual(refusedWith('MUTATION_REPEATED'));
  });

  test('is refused also when variables decide which guesses run', async () => {
    const query = `mutation($x: Boolean!) { a: signIn(password: "a") @skip(if: $x) b: signIn(password: "b") }`;
    expect(outcome(await send(graph, query, { x: false }))).toEqual(refusedWith('MUTATION_REPEATED'));
    expect(await send(graph, query, { x: true })).toMatchObject({ status: 200, codes: [] });
  });

  test('counts as one guess when one response name repeats it, beside other mutations', async () => {
    const query = `mutation { signIn(password: "a") signIn(password: "a") x: rename(name: "x") y: rename(name: "y") }`;
    expect(await send(graph, query)).toMatchObject({ status: 200, codes: [] });
  });
});

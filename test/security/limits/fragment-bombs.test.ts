// Small documents that expand to enormous ones. The gateway counts each fragment once, so that a refusal takes no longer than parsing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { many, openCatalogue, outcome, refusedWith, send } from '../../gateway/limits/catalogue.ts';
import type { SmallGraph } from '../../gateway/small-graph.ts';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openCatalogue();
});
afterAll(() => graph.close());

/** Sends the bomb five times, each time as a different text, and returns the best time. */
async function measureRefusal(bomb: string, code: string): Promise<number> {
  const times: number[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const refused = await send(graph, `# attempt ${attempt}\n${bomb}`);
    expect(outcome(refused)).toEqual(refusedWith(code));
    times.push(refused.ms);
  }
  return Math.min(...times);
}

const buildChain = (levels: number, body: (next: string) => string) =>
  `{ item { ...F0 } } ${many(levels, (n) => `fragment F${n} on Item { ${body(`...F${n + 1}`)} }`)} fragment F${levels} on Item { id }`;

test('refuses 2^12 spreads in under 50 ms', async () => {
  expect(
    await measureRefusal(
      buildChain(12, (next) => `${next} ${next}`),
      'TOO_MANY_SELECTIONS',
    ),
  ).toBeLessThan(50);
});

test('refuses 2^12 fields under different names in under 50 ms', async () => {
  const bomb = buildChain(12, (next) => `l: parent { ${next} } r: parent { ${next} }`);
  expect(await measureRefusal(bomb, 'TOO_MANY_SELECTIONS')).toBeLessThan(50);
});

test('refuses 2^12 fields under one name, which validation would compare, in under 50 ms', async () => {
  const bomb = buildChain(12, (next) => `parent { ${next} } parent { ${next} }`);
  expect(await measureRefusal(bomb, 'TOO_MANY_SELECTIONS')).toBeLessThan(50);
});

test('refuses 2^90 spreads in under 50 ms, without an overflow of the count', async () => {
  const bomb = buildChain(90, (next) => `${next} ${next}`);
  expect(await measureRefusal(bomb, 'TOO_MANY_SELECTIONS')).toBeLessThan(50);
  const { messages } = await send(graph, bomb);
  expect(messages).toEqual([
    'With its fragments expanded the document has more than 9007199254740990 selections; the limit is 2000.',
  ]);
});

test('refuses a fragment that is spread ten times in each of four levels in under 50 ms', async () => {
  const bomb = buildChain(4, (next) => many(10, (n) => `... on Item { a${n}: parent { ${next} } }`));
  expect(await measureRefusal(bomb, 'TOO_MANY_SELECTIONS')).toBeLessThan(50);
});

test('refuses hundreds of fragments spread in one place in under 50 ms', async () => {
  const spreads = many(400, (n) => `...F${n}`);
  const bomb = `{ item { ${spreads} } } ${many(400, (n) => `fragment F${n} on Item { id }`)}`;
  expect(await measureRefusal(bomb, 'TOO_MANY_REPEATED_FIELDS')).toBeLessThan(50);
});

test('refuses a bomb that no operation spreads', async () => {
  const bomb = buildChain(12, (next) => `${next} ${next}`).replace('{ item { ...F0 } }', '{ item { id } }');
  expect(await measureRefusal(bomb, 'TOO_MANY_SELECTIONS')).toBeLessThan(50);
});

test('refuses a bomb that many operations share', async () => {
  const operations = many(100, (n) => `query Q${n} { item { ...F } }`);
  const bomb = `${operations} fragment F on Item { ${many(30, () => 'id')} }`;
  const refused = await send(graph, bomb, {}, { operationName: 'Q1' });
  expect(outcome(refused)).toEqual(refusedWith('TOO_MANY_SELECTIONS'));
});

test('refuses fragments that spread one another in a circle in under 50 ms', async () => {
  const circle = `{ item { ...A } } fragment A on Item { parent { ...B ...B } } fragment B on Item { parent { ...A ...A } }`;
  expect(await measureRefusal(circle, 'GRAPHQL_VALIDATION_FAILED')).toBeLessThan(50);
});

test('refuses a fragment that spreads itself, also when no operation spreads it', async () => {
  const itself = 'fragment F on Item { id ...F }';
  expect(await measureRefusal(`{ item { ...F } } ${itself}`, 'GRAPHQL_VALIDATION_FAILED')).toBeLessThan(50);
  expect(await measureRefusal(`{ item { id } } ${itself}`, 'GRAPHQL_VALIDATION_FAILED')).toBeLessThan(50);
});

test('refuses a circle of five hundred fragments in under 50 ms', async () => {
  const circle = `{ item { ...F0 } } ${many(500, (n) => `fragment F${n} on Item { ...F${(n + 1) % 500} }`)}`;
  expect(await measureRefusal(circle, 'NESTING_TOO_DEEP')).toBeLessThan(50);
});

test('refuses a chain of five hundred fragments in under 50 ms', async () => {
  expect(
    await measureRefusal(
      buildChain(500, (next) => next),
      'NESTING_TOO_DEEP',
    ),
  ).toBeLessThan(50);
});

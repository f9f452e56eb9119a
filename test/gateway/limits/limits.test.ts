// The limits as a client meets them: each refuses one more than its setting, lets its own number pass, and is off at 0 if 0 is
// allowed. Also how Apollo sends the errors of a refused document.
import { expect, test } from 'vitest';
import { many, nested, openCatalogue, outcome, refusedWith, send } from './catalogue.ts';

interface Case {
  limit: string;
  code: string;
  /** An operation that measures exactly this much. */
  of: (count: number) => string;
  /** The limit of the test: so small that an operation of twice the size exceeds no other limit. */
  at: number;
}

const search = (depth: number): string => (depth === 0 ? '{}' : `{ within: ${search(depth - 1)} }`);

const cases: Case[] = [
  {
    limit: 'LIMIT_TOKENS',
    code: 'OPERATION_TOO_LONG',
    of: (n) => `{ ${many(n - 2, () => '__typename')} }`,
    at: 20,
  },
  { limit: 'LIMIT_DEPTH', code: 'OPERATION_TOO_DEEP', of: (n) => nested(n), at: 5 },
  {
    limit: 'LIMIT_ROOT_FIELDS',
    code: 'TOO_MANY_ROOT_FIELDS',
    of: (n) => `{ ${many(n, () => '__typename')} }`,
    at: 4,
  },
  {
    limit: 'LIMIT_ALIASES',
    code: 'TOO_MANY_ALIASES',
    of: (n) => `{ ${many(n, (i) => `a${i}: __typename`)} }`,
    at: 4,
  },
  {
    limit: 'LIMIT_DIRECTIVES',
    code: 'TOO_MANY_DIRECTIVES',
    of: (n) => `{ item { ${many(n, () => 'id @include(if: true)')} } }`,
    at: 4,
  },
  {
    limit: 'LIMIT_SELECTIONS',
    code: 'TOO_MANY_SELECTIONS',
    of: (n) => `{ ...F } fragment F on Query { ${many(n - 1, () => '__typename')} }`,
    at: 8,
  },
  {
    limit: 'LIMIT_REPEATED_FIELDS',
    code: 'TOO_MANY_REPEATED_FIELDS',
    of: (n) => `{ ${many(n === 3 ? 3 : 4, () => '__typename')} }`,
    at: 3,
  },
  {
    limit: 'LIMIT_INTROSPECTION_DEPTH',
    code: 'INTROSPECTION_TOO_DEEP',
    of: (n) =>
      n === 2
        ? '{ __schema { types { fields { name } } } }'
        : '{ __schema { types { fields { args { name } } } } }',
    at: 2,
  },
  {
    limit: 'LIMIT_INPUT_LIST',
    code: 'INPUT_LIST_TOO_LONG',
    of: (n) => `{ named(names: [${many(n, () => '"x"')}]) }`,
    at: 4,
  },
  { limit: 'LIMIT_LIST_SIZE', code: 'LIST_TOO_LONG', of: (n) => `{ items(first: ${n}) { id } }`, at: 50 },
  { limit: 'LIMIT_COST', code: 'COST_TOO_HIGH', of: (n) => `{ items(first: ${n}) { id } }`, at: 50 },
  {
    limit: 'LIMIT_NESTING',
    code: 'NESTING_TOO_DEEP',
    of: (n) => `{ named(search: ${search(n - 3)}) }`,
    at: 12,
  },
];

test.each(cases)('$limit refuses one more than its number', async ({ limit, code, of, at }) => {
  const graph = await openCatalogue({ [limit]: String(at) });
  expect(await send(graph, of(at))).toMatchObject({ status: 200, codes: [] });
  expect(outcome(await send(graph, of(at + 1)))).toEqual(refusedWith(code));
  await graph.close();
});

const always = ['LIMIT_NESTING', 'LIMIT_SELECTIONS'];

test.each(cases.filter(({ limit }) => !always.includes(limit)))(
  '$limit is off at 0',
  async ({ limit, of, at }) => {
    const graph = await openCatalogue({ [limit]: '0' });
    expect(await send(graph, of(at + 1))).toMatchObject({ status: 200, codes: [] });
    await graph.close();
  },
);

test.each(always)('%s cannot be off: it bounds the work of the others', async (limit) => {
  await expect(openCatalogue({ [limit]: '0' })).rejects.toThrow(limit);
});

test('LIMIT_EXPENSIVE_MUTATION is the weight from which on a mutation may be selected once only', async () => {
  const twice = 'mutation { a: signIn(password: "a") b: signIn(password: "b") }';
  for (const weight of ['0', '101']) {
    const graph = await openCatalogue({ LIMIT_EXPENSIVE_MUTATION: weight });
    expect(await send(graph, twice)).toMatchObject({ status: 200, codes: [] });
    await graph.close();
  }
});

test('sends every error of a refused document, and calls no subgraph', async () => {
  const graph = await openCatalogue();
  const refused = await send(graph, '{ nothing neither }');
  const code = 'GRAPHQL_VALIDATION_FAILED';
  expect(outcome(refused)).toEqual(refusedWith(code, code));
  expect(refused.messages).toEqual([
    expect.stringContaining('"nothing"'),
    expect.stringContaining('"neither"'),
  ]);
  await graph.close();
});

test('sends every error in the variables of an operation', async () => {
  const graph = await openCatalogue();
  const query = 'query($n: Int, $size: Size) { items(first: $n) { id } named(size: $size) }';
  const refused = await send(graph, query, { n: 'many', size: 'HUGE' });
  expect(outcome(refused)).toEqual(refusedWith('BAD_USER_INPUT', 'BAD_USER_INPUT'));
  await graph.close();
});

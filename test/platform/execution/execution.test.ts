// Which operations are compiled and which ones graphql-js executes, the limits on compiled functions, and cases that the random
// operations of differential.test.ts do not contain.
import { readFileSync } from 'node:fs';
import { buildSchema, type ExecutionResult, execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import { compileDocument } from '../../../platform/execution/execution.ts';
import { readSchema, readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { newWorld, worldSchema } from './world.ts';

const schema = buildSchema(`
  interface Node { id: ID next: Node }
  type A implements Node { id: ID next: Node }
  type B implements Node { id: ID next: Node }
  type C implements Node { id: ID next: Node }
  type Book { title(in: String = "en"): String pages: [Page!] about: Book }
  type Page { number: Int! text: String }
  type Query { book: Book books: [Book!] node: Node }
  type Subscription { news: String }
`);

interface Arguments {
  operationName?: string;
  variableValues?: Record<string, unknown>;
}

/** Returns the reasons why graphql-js executed. Fails when the two responses differ. */
async function reasonFor(text: string, { variableValues, operationName }: Arguments = {}): Promise<string[]> {
  const document = parse(text);
  const reasons: string[] = [];
  const execution = compileDocument(schema, document, (reason) => reasons.push(reason));
  const args = { operationName, variableValues, contextValue: {} };
  expect(await execution(args)).toEqual(await execute({ schema, document, ...args }));
  return reasons;
}

test('compiles every fetch of the contracts', () => {
  const map = readSupergraphMap();
  for (const entry of map.subgraphs) {
    const contract = JSON.parse(readFileSync(`contracts/${entry.name}.json`, 'utf8'));
    const graph = worldSchema(readSchema(map, entry));
    for (const { name, text, variables } of contract.interactions) {
      const execution = compileDocument(graph, parse(text), (reason) => expect.fail(`${name}: ${reason}`));
      const world = newWorld(graph, 1, { kind: 'service', name: 'purchases' });
      void execution({ contextValue: world, variableValues: { representations: [], ...variables } });
    }
  }
});

test('lets graphql-js execute unusual operations, and reports the reason', async () => {
  expect(await reasonFor('{ __schema { queryType { name } } }')).toEqual(['introspection']);
  expect(await reasonFor('subscription { news }')).toEqual(['subscription']);
  expect(await reasonFor('query A { book { title } } query B { __typename }')).toEqual(['no such operation']);
  expect(await reasonFor('{ __typename }', { operationName: 'Z' })).toEqual(['no such operation']);
  expect(await reasonFor('mutation { any }')).toEqual(['no such operation']);
  const nullable = 'query ($x: Boolean = true) { book @skip(if: $x) { title } }';
  expect(await reasonFor(nullable, { variableValues: { x: null } })).toEqual(['a condition is null']);
  expect(
    await reasonFor('query A { book { title } } query B { __typename }', { operationName: 'B' }),
  ).toEqual([]);
});

test('limits the number of functions compiled for a document', async () => {
  // A short text makes many functions: one for each of three types, for each of a hundred names.
  const names = (count: number) => Array.from({ length: count }, (_, n) => `n${n}:id`).join(' ');
  expect(await reasonFor(`{ node { ${names(20)} } }`)).toEqual([]);
  expect(await reasonFor(`{ node { ${names(100)} } }`)).toEqual(['too large']);
  const deep = (depth: number): string => (depth === 0 ? 'title' : `about { ${deep(depth - 1)} }`);
  expect(await reasonFor(`{ book { ${deep(99)} } }`)).toEqual([]);
  expect(await reasonFor(`{ book { ${deep(200)} } }`)).toEqual(['too large']);
  // Each fragment spreads the next one twice: 2 to the power of 30 fields, if each spread were compiled separately.
  const bomb = Array.from(
    { length: 30 },
    (_, n) => `fragment F${n} on Book { x: about { ...F${n + 1} } y: about { ...F${n + 1} } }`,
  );
  expect(await reasonFor(`{ book { ...F0 } } ${bomb.join(' ')} fragment F30 on Book { title }`)).toEqual([]);
});

test('limits the compiled variants of an operation, and responds correctly beyond the limit', async () => {
  const names = Array.from({ length: 10 }, (_, n) => `c${n}`);
  const declared = names.map((name) => `$${name}: Boolean!`).join(' ');
  const fields = names.map((name) => `${name}: __typename @include(if: $${name})`).join(' ');
  const reasons: string[] = [];
  const execution = compileDocument(schema, parse(`query (${declared}) { ${fields} }`), (reason) =>
    reasons.push(reason),
  );
  for (let round = 0; round < 2; round += 1)
    for (let bits = 0; bits < 20; bits += 1) {
      const variableValues = Object.fromEntries(names.map((name, n) => [name, ((bits >> n) & 1) === 1]));
      const { data } = (await execution({ variableValues, contextValue: {} })) as ExecutionResult;
      expect(Object.keys(data ?? {})).toEqual(names.filter((name) => variableValues[name]));
    }
  expect(reasons).toEqual(Array.from({ length: 24 }, () => 'too many conditions'));
});

/** Returns the response for a resolver of `Query.book` and `Query.books`. Fails when graphql-js responds differently. */
async function executeBothWays(text: string, resolve: () => unknown): Promise<ExecutionResult> {
  const resolved = buildSchema(`type Book { title: String } type Query { book: Book books: [Book!] }`);
  for (const field of Object.values(resolved.getQueryType()?.getFields() ?? {})) field.resolve = resolve;
  const document = parse(text);
  const found = await compileDocument(resolved, document)({ contextValue: {} });
  expect(found).toEqual(await execute({ schema: resolved, document }));
  return found;
}

test('gives each call of a resolver arguments of its own', async () => {
  const given = buildSchema('input In { n: Int } type Query { a(in: In): Int b(in: In): Int }');
  const fields = given.getQueryType()?.getFields() ?? {};
  for (const field of Object.values(fields))
    field.resolve = (_root, args: { in: { n: number } }) => {
      args.in.n += 1;
      return args.in.n;
    };
  const execution = compileDocument(given, parse('{ a(in: { n: 1 }) b(in: { n: 1 }) }'));
  for (const _time of [1, 2]) expect(await execution({ contextValue: {} })).toEqual({ data: { a: 2, b: 2 } });
});

test('awaits every value that has a method then, also one that calls back at once', async () => {
  // biome-ignore lint/suspicious/noThenProperty: the test is about such a value
  const thenable = { then: (settle: (value: unknown) => unknown) => settle({ title: 'Emma' }) };
  expect((await executeBothWays('{ book { title } }', () => thenable)).data).toEqual({
    book: { title: 'Emma' },
  });
});

test('handles the rejected promises of a list after another item has failed the list', async () => {
  const rejected: unknown[] = [];
  const addRejection = (cause: unknown) => rejected.push(cause);
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', addRejection);
  try {
    const resolved = buildSchema('type Query { books: [String!] }');
    const later = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('too late');
    };
    const books = resolved.getQueryType()?.getFields().books;
    if (books !== undefined) books.resolve = () => [later(), new Error('at once'), later()];
    const { data, errors } = await compileDocument(resolved, parse('{ books }'))({ contextValue: {} });
    expect({ data, messages: errors?.map(({ message }) => message) }).toEqual({
      data: { books: null },
      messages: ['at once'],
    });
    for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(rejected).toEqual([]);
  } finally {
    process.off('unhandledRejection', addRejection);
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
});

test('treats names of object members, such as __proto__, as ordinary response keys', async () => {
  const text = '{ __proto__: book { constructor: title __proto__: title toString: __typename } }';
  const later = async () => ({ title: Promise.resolve('Emma') });
  for (const book of [() => ({ title: 'Emma' }), later]) {
    const { data } = await executeBothWays(text, book);
    expect(JSON.stringify(data)).toBe(
      '{"__proto__":{"constructor":"Emma","__proto__":"Emma","toString":"Book"}}',
    );
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  }
});

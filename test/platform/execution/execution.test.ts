// What is compiled and what is left to graphql-js, how much is kept of it, and what no made-up operation would show.
import { readFileSync } from 'node:fs';
import { buildSchema, type ExecutionResult, execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import { executionOf } from '../../../platform/execution/execution.ts';
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

interface Asked {
  operationName?: string;
  variableValues?: Record<string, unknown>;
}

/** Answers with why graphql-js had to execute; the answers of both are the same. */
async function reasonFor(text: string, { variableValues, operationName }: Asked = {}): Promise<string[]> {
  const document = parse(text);
  const reasons: string[] = [];
  const execution = executionOf(schema, document, (reason) => reasons.push(reason));
  const args = { operationName, variableValues, contextValue: {} };
  expect(await execution(args)).toEqual(await execute({ schema, document, ...args }));
  return reasons;
}

test('compiles every fetch that the contracts say the gateway sends', () => {
  const map = readSupergraphMap();
  for (const entry of map.subgraphs) {
    const contract = JSON.parse(readFileSync(`contracts/${entry.name}.json`, 'utf8'));
    const graph = worldSchema(readSchema(map, entry));
    for (const { name, text, variables } of contract.interactions) {
      const execution = executionOf(graph, parse(text), (reason) => expect.fail(`${name}: ${reason}`));
      const world = newWorld(graph, 1, { kind: 'service', name: 'purchases' });
      void execution({ contextValue: world, variableValues: { representations: [], ...variables } });
    }
  }
});

test('leaves to graphql-js, by reason, what is not compiled', async () => {
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

test('makes no more functions of a document than it has room for', async () => {
  // One line of text, and yet a function for each of three types at each of a hundred names.
  const names = (count: number) => Array.from({ length: count }, (_, n) => `n${n}:id`).join(' ');
  expect(await reasonFor(`{ node { ${names(20)} } }`)).toEqual([]);
  expect(await reasonFor(`{ node { ${names(100)} } }`)).toEqual(['too large']);
  const deep = (depth: number): string => (depth === 0 ? 'title' : `about { ${deep(depth - 1)} }`);
  expect(await reasonFor(`{ book { ${deep(99)} } }`)).toEqual([]);
  expect(await reasonFor(`{ book { ${deep(200)} } }`)).toEqual(['too large']);
  // Each fragment spreads the next one twice: 2 to the 30th fields, if each were made for itself.
  const bomb = Array.from(
    { length: 30 },
    (_, n) => `fragment F${n} on Book { x: about { ...F${n + 1} } y: about { ...F${n + 1} } }`,
  );
  expect(await reasonFor(`{ book { ...F0 } } ${bomb.join(' ')} fragment F30 on Book { title }`)).toEqual([]);
});

test('keeps a few forms of an operation, whatever its conditions are', async () => {
  const names = Array.from({ length: 10 }, (_, n) => `c${n}`);
  const declared = names.map((name) => `$${name}: Boolean!`).join(' ');
  const fields = names.map((name) => `${name}: __typename @include(if: $${name})`).join(' ');
  const reasons: string[] = [];
  const execution = executionOf(schema, parse(`query (${declared}) { ${fields} }`), (reason) =>
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

/** The same answer of both, for what `Query.book` or `Query.books` returns. */
async function sameAnswer(text: string, resolve: () => unknown): Promise<ExecutionResult> {
  const resolved = buildSchema(`type Book { title: String } type Query { book: Book books: [Book!] }`);
  for (const field of Object.values(resolved.getQueryType()?.getFields() ?? {})) field.resolve = resolve;
  const document = parse(text);
  const found = await executionOf(resolved, document)({ contextValue: {} });
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
  const execution = executionOf(given, parse('{ a(in: { n: 1 }) b(in: { n: 1 }) }'));
  for (const _time of [1, 2]) expect(await execution({ contextValue: {} })).toEqual({ data: { a: 2, b: 2 } });
});

test('waits for whatever has a then, even for what calls back at once', async () => {
  // biome-ignore lint/suspicious/noThenProperty: that is what it is about
  const thenable = { then: (settle: (value: unknown) => unknown) => settle({ title: 'Emma' }) };
  expect((await sameAnswer('{ book { title } }', () => thenable)).data).toEqual({ book: { title: 'Emma' } });
});

test('handles the promises of a list that another item has failed', async () => {
  const rejected: unknown[] = [];
  const note = (cause: unknown) => rejected.push(cause);
  const alarms = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
  try {
    const resolved = buildSchema('type Query { books: [String!] }');
    const later = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('too late');
    };
    const books = resolved.getQueryType()?.getFields().books;
    if (books !== undefined) books.resolve = () => [later(), new Error('at once'), later()];
    const { data, errors } = await executionOf(resolved, parse('{ books }'))({ contextValue: {} });
    expect({ data, messages: errors?.map(({ message }) => message) }).toEqual({
      data: { books: null },
      messages: ['at once'],
    });
    for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(rejected).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
    for (const alarm of alarms) process.on('unhandledRejection', alarm);
  }
});

test('takes names that objects have already for names', async () => {
  const text = '{ __proto__: book { constructor: title __proto__: title toString: __typename } }';
  const later = async () => ({ title: Promise.resolve('Emma') });
  for (const book of [() => ({ title: 'Emma' }), later]) {
    const { data } = await sameAnswer(text, book);
    expect(JSON.stringify(data)).toBe(
      '{"__proto__":{"constructor":"Emma","__proto__":"Emma","toString":"Book"}}',
    );
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  }
});

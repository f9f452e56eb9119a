// What the code of a subgraph cannot answer is named at the start, at a reload, and at the first query that meets it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EntitySchema } from 'typeorm';
import { afterAll, expect, test } from 'vitest';
import type { Call } from '../../../platform/calls/call.ts';
import { text, uuid } from '../../../platform/database/column.ts';
import { statement } from '../../../platform/database/statement.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { parseGeneratedFields, readGeneratedFields } from '../../../platform/schema/generated-fields.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import { createOperationRunner } from '../../../platform/subgraph/operation-runner.ts';
import { buildCheckedSchema } from '../../../platform/subgraph/schema.ts';
import { openSubgraph } from '../../../platform/subgraph/subgraph.ts';
import type { ResolverMap } from '../../../platform/subgraph/unanswered-fields.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const parent = temporaryFolder();
afterAll(() => rmSync(parent, { recursive: true, force: true }));
const folder = join(parent, 'reviews');
mkdirSync(folder);
const file = join(folder, 'schema.graphql');
const path = relative(process.cwd(), file);
const resolversPath = relative(process.cwd(), join(folder, 'resolvers.ts'));

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external"])
directive @auth(allow: [String!]!) on FIELD_DEFINITION
type Mutation {
  "Adds a review: addReview."
  addReview(stars: Int!): Review @auth(allow: ["account"])
}
type Review @key(fields: "id") {
  id: ID!
  stars: Int!
  count: Int
  author: Author
}
type Author { name: String }
type Product @key(fields: "id") { id: ID! weight: Int @external reviews: [Review!]! }
`;
const resolvers = {
  Mutation: { addReview: () => null },
  Review: { __resolveReference: () => null },
  Product: { reviews: () => [] },
};
const code = {
  tables: [
    new EntitySchema({
      name: 'review',
      columns: { id: { type: 'uuid', primary: true }, stars: { type: 'int' } },
    }),
  ],
  statements: [
    {
      file: 'review.ts',
      name: 'reviews',
      declared: statement({ text: 'SELECT …', row: { id: uuid(), count: text(), author: text() } }),
    },
  ],
};
const startSchema = buildCheckedSchema({ sdl, file }, { resolvers, ...code });

function problemsOf(given: { sdl?: string; resolvers?: ResolverMap; isReload?: boolean }): unknown {
  const used = { resolvers: given.resolvers ?? resolvers, ...code };
  try {
    buildCheckedSchema({ sdl: given.sdl ?? sdl, file }, used, given.isReload ? startSchema : undefined);
    return [];
  } catch (cause) {
    return (cause as { problems: unknown }).problems;
  }
}

test('a misspelt resolver and the field that it misses are both named, with their files and lines', () => {
  writeFileSync(
    join(folder, 'resolvers.ts'),
    'export const resolvers = {\n  Mutation: {\n    addRevew: () => null,\n  },\n  Reviews: {},\n};\n',
  );
  const misspelt = {
    ...resolvers,
    Mutation: { addRevew: () => null },
    Reviews: {},
    Product: { ...resolvers.Product, __resolveRefrence: () => null },
  };
  expect(problemsOf({ resolvers: misspelt })).toEqual([
    `${path}:5: Mutation.addReview has no resolver. Write it in resolvers.ts.`,
    `${resolversPath}:3: Mutation.addRevew has a resolver and is not in the schema. Did you mean "addReview"? Correct its name, or remove it.`,
    `${resolversPath}: Product.__resolveRefrence has a resolver and is not in the schema. Did you mean "__resolveReference"? Correct its name, or remove it.`,
    `${resolversPath}:5: Reviews has a resolver and is not in the schema. Did you mean "Review"? Correct its name, or remove it.`,
  ]);
  expect(problemsOf({ resolvers: { ...resolvers, Mutation: { addReview: undefined } } })).toEqual([
    `${path}:5: Mutation.addReview has no resolver. Write it in resolvers.ts.`,
  ]);
});

test('a subgraph with such a schema does not open, and connects to no database', async () => {
  const definition = { name: 'reviews', resolvers: {}, ...code, migrations: [], refusals: {} };
  const opening = openSubgraph({
    definition,
    sdl,
    schemaFile: file,
    statements: code.statements,
    urls: { runtime: 'postgresql://nobody@127.0.0.1:1/none' },
    environment: readEnvironment({ NODE_ENV: 'test', LOG_LEVEL: 'silent' }),
    clientFor: () => expect.fail('it has no peers'),
  });
  await expect(opening).rejects.toThrow(`${path}:5: Mutation.addReview has no resolver.`);
});

test('a field is named that has no resolver and no column, or that a bare reference does not have', () => {
  expect(problemsOf({ sdl: sdl.replace('stars: Int!\n', 'rating: Int!\n') })).toEqual([
    `${path}:9: Review.rating has no resolver, and no row of Review has a column "rating". Write it in resolvers.ts.`,
  ]);
  expect(problemsOf({ sdl: sdl.replace('reviews:', 'stock: Int reviews:') })).toEqual([
    `${path}:14: Product.stock has no resolver, and Product has no __resolveReference that reads it. Write it in resolvers.ts.`,
  ]);
});

test('a field of a type without a table is named when the generated types do not have it', () => {
  const types = {
    Author: '  /** The pen name. */\n  name?: Maybe<string>;\n',
    Product: '  id: string;\n  weight?: Maybe<number>;\n  reviews: Array<Review>;\n',
  };
  const text = Object.entries(types).map(([name, fields]) => `export type ${name} = {\n${fields}};\n`);
  const generated = parseGeneratedFields(text.join('\n\n'));
  const problemsWith = (changed: string) => {
    try {
      buildCheckedSchema({ sdl: changed, file }, { resolvers, ...code, generated });
      return [];
    } catch (cause) {
      return (cause as { problems: unknown }).problems;
    }
  };
  expect(problemsWith(sdl)).toEqual([]);
  expect(problemsWith(sdl.replace('Author { name: String }', 'Author { fullName: String }'))).toEqual([
    `${path}:13: Author.fullName has no resolver, and resolvers.generated.ts does not have it. Run: npm run generate, then npm run types, which names the code that lacks it.`,
  ]);
});

test('the generated types of this graph are read: each field of Money stands in them', () => {
  const read = readGeneratedFields(join(process.cwd(), 'subgraphs/products/schema.graphql'));
  expect([...(read?.get('Money') ?? [])]).toEqual(['amount', 'currency']);
  expect(readGeneratedFields(file)).toBeUndefined();
});

test('a reload is refused for a new field that the running code cannot answer, also below @auth and without a table', () => {
  const startAgain = 'Write it, and start again: code is loaded only at the start.';
  expect(problemsOf({ isReload: true })).toEqual([]);
  const renamed = sdl
    .replace('  addReview(', '  writeReview(')
    .replace('stars: Int!\n', 'rating: Int!\n')
    .replace('Author { name: String }', 'Author { fullName: String }');
  expect(problemsOf({ sdl: renamed, isReload: true })).toEqual([
    `${path}:5: Mutation.writeReview has no resolver. ${startAgain}`,
    `${path}:9: Review.rating has no resolver, and no row of Review has a column "rating". ${startAgain}`,
    `${path}:13: Author.fullName has no resolver, and no code is known that answers it. ${startAgain}`,
  ]);
  expect(problemsOf({ sdl: sdl.replace('  count: Int\n', ''), isReload: true })).toEqual([]);
  expect(
    problemsOf({ sdl: sdl.replace(' reviews: [Review!]!', ''), isReload: true }),
    'a resolver is left',
  ).toEqual([]);
});

test('a field that nothing answers is logged once, at the first query that meets it', async () => {
  const warnings: unknown[] = [];
  const log = { warn: (...line: unknown[]) => warnings.push(line) };
  const found = { a: { name: undefined }, b: {}, c: {} };
  const schema = buildCheckedSchema(
    { sdl: 'type Query { a: Author b: Author c: Author }\ntype Author { name: String }', file },
    { resolvers: { Query: { a: () => found.a, b: () => found.b, c: () => found.c } } },
  );
  const execute = createOperationRunner(schema, { log, crashPoint: () => {} } as unknown as Context);
  const call: Call = { viewer: anonymous, signal: new AbortController().signal, traceId: 'a'.repeat(32) };
  await execute({ query: '{ a { name } }' }, call);
  expect(warnings, 'a property that is undefined is meant to be null').toEqual([]);
  await execute({ query: '{ b { name } c { name } }' }, call);
  await execute({ query: '{ again: c { name } }' }, call);
  expect(warnings).toEqual([
    [
      { field: 'Author.name', line: 2 },
      'Author.name has no resolver, and its object has no property "name": it answers null',
    ],
  ]);
});

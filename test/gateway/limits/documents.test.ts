import { buildSchema, type GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import { expect, test } from 'vitest';
import { Documents, type ReadDocument } from '../../../gateway/limits/documents.ts';
import { readGatewaySettings } from '../../../gateway/settings/settings.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { measureKeptBytes } from '../../support/memory.ts';

const sdl = `
  type Query { item(id: ID): Item items(first: Int): [Item] named(price: Decimal): String }
  type Mutation { signIn: Int @cost(weight: 100) }
  type Item { id: ID label: String }
  scalar Decimal @specifiedBy(url: "https://tributary.dev/scalars/decimal")
  directive @cost(weight: Int!) on FIELD_DEFINITION
  directive @listSize(slicingArguments: [String!]) on FIELD_DEFINITION`;
const supergraphSdl = `schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"]) { query: Query }
  ${sdl.replace('items(first: Int): [Item]', 'items(first: Int): [Item] @listSize(slicingArguments: ["first"])')}`;

function openDocuments(source: Record<string, string> = {}): Documents {
  const settings = readGatewaySettings(readEnvironment({ NODE_ENV: 'test', ...source }));
  const isProduction = source.NODE_ENV === 'production';
  return new Documents({ schema: buildSchema(sdl), supergraphSdl, isProduction, settings });
}

const codesOf = ({ refusals }: Pick<ReadDocument, 'refusals'>) => refusals.map(({ code }) => code);
const errorCodesOf = (errors: readonly GraphQLError[]) => errors.map(({ extensions }) => extensions.code);

function findOperation({ document }: ReadDocument): OperationDefinitionNode {
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the document has an operation');
  return operation;
}

test('reads the same text once, and another text anew', () => {
  const documents = openDocuments();
  const first = documents.read('{ item { id } }');
  expect(first.refusals).toEqual([]);
  expect(documents.read('{ item { id } }')).toBe(first);
  expect(documents.read('{ item { id }  }')).not.toBe(first);
});

test('remembers a refusal', () => {
  const documents = openDocuments();
  const refused = documents.read('{ nothing }');
  expect(codesOf(refused)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  expect(documents.read('{ nothing }')).toBe(refused);
});

test.each([
  ['that does not fit the schema', (index: number) => `{ ${'item { id } '.repeat(20)} nothing${index} }`],
  ['that is no GraphQL', (index: number) => `{ ${'item { id } '.repeat(20)} } ]${index}`],
  ['that exceeds a limit', (index: number) => `{ ${'item { id } '.repeat(300)} n${index} }`],
])('keeps no more of a refused document than its text and its answer: %s', async (_why, buildText) => {
  const documents = openDocuments();
  const texts = Array.from({ length: 400 }, (_, index) => buildText(index).padEnd(4_000));
  const kept = await measureKeptBytes(() => texts.forEach((text) => void documents.read(text)));
  // A document of this size takes 50 kB and more.
  expect(kept / texts.length).toBeLessThan(8_000);
  expect(documents.read(texts[0] ?? '')).toBe(documents.read(texts[0] ?? ''));
});

test.each([
  ['{ item', ['GRAPHQL_PARSE_FAILED']],
  ['{ nothing more }', ['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED']],
  ['{ __typename: item { id } }', ['GRAPHQL_VALIDATION_FAILED']],
  [`{ ${'item { id } '.repeat(200)} }`, ['TOO_MANY_ROOT_FIELDS']],
  [`{ item { ${'id '.repeat(1_000)} } }`, ['TOO_MANY_REPEATED_FIELDS']],
  [`{ ${'item { id } '.repeat(2_000)} }`, ['OPERATION_TOO_LONG']],
])('a document that is refused is empty and has its errors: %.30s', (text, codes) => {
  const read = openDocuments().read(text);
  expect(codesOf(read)).toEqual(codes);
  expect(read.document.definitions).toEqual([]);
});

test('refuses introspection in production only', () => {
  const text = '{ __schema { queryType { name } } }';
  expect(openDocuments().read(text).refusals).toEqual([]);
  const production = openDocuments({ NODE_ENV: 'production' });
  // One error for each of the two introspection types.
  const code = 'GRAPHQL_VALIDATION_FAILED';
  expect(codesOf(production.read(text))).toEqual([code, code]);
});

test('checks the operation with its variables, each time', () => {
  const documents = openDocuments({ LIMIT_COST: '50' });
  const read = documents.read('query($n: Int) { items(first: $n) { id } }');
  const check = (variables: Record<string, unknown>) =>
    errorCodesOf(documents.check(read.document, findOperation(read), variables));
  expect(check({ n: 50 })).toEqual([]);
  expect(check({ n: 51 })).toEqual(['COST_TOO_HIGH']);
  expect(check({ n: 50 })).toEqual([]);
  expect(check({ n: 'many' })).toEqual(['BAD_USER_INPUT']);
  expect(check({ n: 5_000 })).toEqual(['LIST_TOO_LONG']);
  expect(check({})).toEqual(['LIST_SIZE_UNKNOWN']);
});

test('limits the nesting of variables that no operation declares', () => {
  const documents = openDocuments({ LIMIT_NESTING: '10' });
  const read = documents.read('{ item { id } }');
  const deep = JSON.parse(`${'['.repeat(12)}${']'.repeat(12)}`) as unknown;
  const errors = documents.check(read.document, findOperation(read), { unknown: deep });
  expect(errorCodesOf(errors)).toEqual(['NESTING_TOO_DEEP']);
});

test('refuses a repeated expensive mutation, and a request without an operation', () => {
  const documents = openDocuments();
  const read = documents.read('mutation { a: signIn b: signIn }');
  const check = (operation: OperationDefinitionNode | undefined) =>
    errorCodesOf(documents.check(read.document, operation, {}));
  expect(check(findOperation(read))).toEqual(['MUTATION_REPEATED']);
  expect(check(undefined)).toEqual(['OPERATION_RESOLUTION_FAILURE']);
});

test('checks the project’s scalars, in literals and in variables', () => {
  const documents = openDocuments();
  expect(codesOf(documents.read('{ named(price: "12,50") }'))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  const read = documents.read('query($price: Decimal) { named(price: $price) }');
  const errors = documents.check(read.document, findOperation(read), { price: '12,50' });
  expect(errorCodesOf(errors)).toEqual(['BAD_USER_INPUT']);
});

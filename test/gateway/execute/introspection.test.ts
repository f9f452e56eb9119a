import { buildSchema, type OperationDefinitionNode, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import {
  addIntrospection,
  extractIntrospection,
  isIntrospectionOnly,
} from '../../../gateway/execute/introspection.ts';

const schema = buildSchema('type Query { ok: String }');

function request(query: string, variables = {}) {
  const document = parse(query);
  const operation = document.definitions[0] as OperationDefinitionNode;
  return { schema, document, operation, request: { variables } };
}

test.each([
  ['{ __schema { queryType { name } } }', true],
  ['{ __type(name: "Query") { name } }', true],
  ['{ __schema { queryType { name } } ok }', false],
  ['{ ok }', false],
])('finds whether %s selects the schema only: %s', (query, expected) => {
  expect(isIntrospectionOnly(request(query).operation)).toBe(expected);
});

test('extracts the introspection selections of an operation, those in fragments too', () => {
  const query =
    '{ ok ...S t: __type(name: "Query") { name } } fragment S on Query { __schema { queryType { name } } }';
  const [operation] = extractIntrospection(request(query))?.definitions ?? [];
  expect(operation && print(operation).replaceAll(/\s+/g, ' ')).toBe(
    '{ __schema { queryType { name } } t: __type(name: "Query") { name } }',
  );
});

test('extracts nothing from an operation without introspection', () => {
  expect(extractIntrospection(request('{ ok }'))).toBeUndefined();
});

test('adds what graphql-js knows of the schema to the data, with the client’s variables', async () => {
  const asked = request('query ($name: String!) { ok t: __type(name: $name) { kind } }', { name: 'Query' });
  const data = { ok: 'fine' };
  await addIntrospection(data, asked as never, extractIntrospection(asked) as never);
  expect(data).toEqual({ ok: 'fine', t: { kind: 'OBJECT' } });
});

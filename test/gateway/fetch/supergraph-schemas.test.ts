import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { SupergraphSchemas } from '../../../gateway/fetch/supergraph-schemas.ts';

test('finds the schema of the supergraph by the client’s schema object, and builds it once', () => {
  const schemas = new SupergraphSchemas();
  const [first, second] = [buildSchema('type Query { a: Int }'), buildSchema('type Query { a: Int }')];
  schemas.add(first, 'type Query { a: Int hidden: Int }');
  schemas.add(second, 'type Query { a: Int other: Int }');
  expect(Object.keys(schemas.get(first)?.getQueryType()?.getFields() ?? {})).toEqual(['a', 'hidden']);
  expect(Object.keys(schemas.get(second)?.getQueryType()?.getFields() ?? {})).toEqual(['a', 'other']);
  expect(schemas.get(first)).toBe(schemas.get(first));
});

test('has no schema for a client’s schema that was never added', () => {
  const schemas = new SupergraphSchemas();
  expect(schemas.get(buildSchema('type Query { a: Int }'))).toBeUndefined();
  expect(schemas.get(undefined)).toBeUndefined();
});

// What a fetch is for caching and sharing, and which graph's policies an operation gets.
import { buildSchema, getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { GraphPolicies, PoliciesBySchema } from '../../../gateway/cache-policy/graph-policies.ts';
import { required } from '../../support/required.ts';

const directive =
  'directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT';
const hinted = buildSchema(`${directive} enum CacheControlScope { PUBLIC PRIVATE }
  type Query { open: String @cacheControl(maxAge: 60) own: String }
  type Mutation { open: String @cacheControl(maxAge: 60) }`);
const plain = buildSchema('type Query { open: String }');

test.each([
  ['public', '{ open }'],
  ['private', '{ open own }'],
  ['private', '{ own }'],
  ['write', 'mutation { open }'],
  ['write', 'query A { open } mutation B { open }'],
])('a fetch is %s: %s', (kind, query) => {
  const policies = new GraphPolicies(hinted);
  // The second answer comes from the memory of the first.
  for (const _time of [1, 2]) expect(policies.getFetchKind(query)).toBe(kind);
});

test('a graph without hints, or without a known schema, has only private fetches and writes', () => {
  for (const policies of [new GraphPolicies(plain), new GraphPolicies(undefined)]) {
    expect(policies.hasAny).toBe(false);
    expect(policies.getFetchKind('{ open }')).toBe('private');
    expect(policies.getFetchKind('mutation { open }')).toBe('write');
  }
  expect(new GraphPolicies(hinted).hasAny).toBe(true);
});

test('an operation keeps the policies of the graph that it began with', () => {
  const policies = new PoliciesBySchema();
  const [former, newer] = [buildSchema('type Query { a: Int }'), buildSchema('type Query { b: Int }')];
  const document = parse('{ open }');
  const operation = required(getOperationAST(document), 'there is an operation');
  policies.add(former, hinted);
  policies.add(newer, plain);
  const maxAgeIn = (schema: typeof former) =>
    policies.find(schema)?.getOperationPolicy(document, operation).maxAge;
  expect([maxAgeIn(former), maxAgeIn(newer), maxAgeIn(plain)]).toEqual([60, 0, undefined]);
  expect(policies.current).toBe(policies.find(newer));
});

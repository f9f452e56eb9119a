import { prettyFormatQueryPlan } from '@apollo/query-planner';
import { GraphQLError, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createPlanner } from '../../../gateway/plan/planner.ts';
import { chainedSdl, compose } from './chained-requires.ts';

const planner = createPlanner(chainedSdl);
const text = (plan: Parameters<typeof prettyFormatQueryPlan>[0]) =>
  prettyFormatQueryPlan(plan).replaceAll(/\s+/g, ' ');

test('plans with the fetches in order', () => {
  expect(text(planner.plan(parse('{ t { c } }')))).toContain(
    '{ ... on T { __typename id a } } => { ... on T { b } }',
  );
});

test('plans the operation of that name', () => {
  const document = parse('query One { n } query Two { t { id } }');
  expect(text(planner.plan(document, 'Two'))).toBe('QueryPlan { Fetch(service: "a") { { t { id } } }, }');
});

test('puts the client’s fragments into the text of a fetch', () => {
  const document = parse('{ t { ...F } ts { ...F } } fragment F on T { id a }');
  expect(text(planner.plan(document))).toBe(
    'QueryPlan { Fetch(service: "a") { { t { id a } ts { id a } } }, }',
  );
});

test('refuses an operation that does not match the API schema, with an error of GraphQL', () => {
  expect(() => planner.plan(parse('{ nowhere }'))).toThrow(GraphQLError);
});

test('gives the schema with the fields that clients cannot see', () => {
  const { supergraphSchema } = createPlanner(
    compose({ a: 'type Query { open: Int hidden: Int @inaccessible }' }),
  );
  expect(Object.keys(supergraphSchema.getQueryType()?.getFields() ?? {})).toEqual(['open', 'hidden']);
});

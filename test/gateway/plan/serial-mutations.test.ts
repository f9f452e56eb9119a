import { type PlanNode, prettyFormatQueryPlan } from '@apollo/query-planner';
import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { createPlanner } from '../../../gateway/plan/planner.ts';
import { compose } from './chained-requires.ts';

const planner = createPlanner(
  compose({
    a: 'type Query { q: Int } type Mutation { add(n: Int): T drop: T plain: Int } type T @key(fields: "id") { id: ID! }',
    b: 'type T @key(fields: "id") { id: ID! more: Int } type Mutation { other: Int }',
  }),
);

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

function planSeries(query: string): string[] | undefined {
  const { series, node } = planner.plan(parse(query));
  const nodes = series?.map((part): PlanNode => part.node);
  if (series !== undefined) expect(node).toEqual({ kind: 'Sequence', nodes });
  return series?.map(({ operation }) => oneLine(print(operation)));
}

test('plans each mutation by itself where a response needs several fetches', () => {
  expect(planSeries('mutation M { add { more } drop { id } }')).toEqual([
    'mutation M { add { more } }',
    'mutation M { drop { id } }',
  ]);
  const plan = oneLine(
    prettyFormatQueryPlan(planner.plan(parse('mutation { add { more } second: add(n: 2) { more } }'))),
  );
  expect(plan.match(/Fetch\(service: "\w"\)/g)).toEqual(
    ['a', 'b', 'a', 'b'].map((name) => `Fetch(service: "${name}")`),
  );
});

test('makes no series of queries, of one mutation, and of mutations that one fetch answers', () => {
  expect(planSeries('{ q }')).toBeUndefined();
  expect(planSeries('mutation { add { more } }')).toBeUndefined();
  expect(planSeries('mutation { add { id } drop { id } plain }')).toBeUndefined();
  expect(planSeries('mutation { add { more } __typename }')).toBeUndefined();
});

test('keeps fields of one response key together, inside the fragments whose conditions apply to them', () => {
  expect(
    planSeries(`mutation { add { id } ... @include(if: true) { drop { id } plain } ...F }
      fragment F on Mutation { add { more } other }`),
  ).toEqual([
    'mutation { add { id } add { more } }',
    'mutation { ... @include(if: true) { drop { id } } }',
    'mutation { ... @include(if: true) { plain } }',
    'mutation { other }',
  ]);
});

import { buildSchema, Kind, parse, parseValue } from 'graphql';
import { describe, expect, test } from 'vitest';
import { getArgumentCost, InputValues } from '../../../../gateway/limits/cost/argument-cost.ts';
import { CostTable } from '../../../../gateway/limits/cost/cost-table.ts';
import { required } from '../../../support/required.ts';

describe('values', () => {
  test('are read from literals and variables, and the variables that were read are recorded', () => {
    const values = new InputValues({ n: 7, unused: 8 });
    expect(values.read(parseValue('{ a: [1, $n], b: "x", c: ENUM, d: null }'))).toEqual({
      a: [1, 7],
      b: 'x',
      c: 'ENUM',
      d: null,
    });
    expect(values.read(parseValue('$n'))).toBe(7);
    expect(values.read(parseValue('$missing'))).toBeUndefined();
    expect([...values.usedVariables]).toEqual(['n', 'missing']);
  });
});

const schema = buildSchema(`
  type Query { field(scalar: Int, weighted: [String], input: Input, inputs: [Input]): Int }
  input Input { plain: Int heavy: Int inner: Input many: [Input] credit: Int }
`);
const table = new CostTable();
table.weights.set('Query.field.weighted', 2);
table.weights.set('Input.heavy', 10);
table.weights.set('Input.credit', -50);

/** The cost of one argument of `field`. */
function getCost(argument: string, variables: Record<string, unknown> = {}): number {
  const { definitions } = parse(`{ field(${argument}) }`);
  const [operation] = definitions;
  const selection = operation?.kind === Kind.OPERATION_DEFINITION && operation.selectionSet.selections[0];
  if (!selection || selection.kind !== Kind.FIELD) throw new Error('the field comes first');
  const { name, value } = required(selection.arguments?.[0], 'an argument');
  const { args } = required(schema.getQueryType()?.getFields().field, 'field');
  const { type } = required(
    args.find((candidate) => candidate.name === name.value),
    name.value,
  );
  return getArgumentCost(table, `Query.field.${name.value}`, type, value, new InputValues(variables));
}

test.each<[argument: string, cost: number, variables?: Record<string, unknown>]>([
  ['scalar: 1', 0],
  ['weighted: "one"', 2 + 2],
  ['weighted: ["one"]', 2 + 2],
  ['weighted: ["one", "two", "three"]', 2 + 3 * 2],
  ['weighted: null', 0],
  ['weighted: $missing', 0],
  ['input: {}', 1],
  ['input: { plain: 1, unknown: 1 }', 1],
  ['input: { heavy: 1 }', 11],
  ['input: { heavy: null }', 1],
  ['input: { inner: { heavy: 1 } }', 1 + 1 + 10],
  ['input: $input', 12, { input: { inner: { heavy: 1 } } }],
  ['inputs: { heavy: 1 }', 1 + 10],
  ['inputs: [{}, {}, { heavy: 1 }]', 1 + 1 + 11],
])('the argument %s costs %i', (argument, cost, variables) => {
  expect(getCost(argument, variables)).toBe(cost);
});

test('a negative weight pays for nothing else', () => {
  expect(getCost('input: { credit: 1, heavy: 1 }')).toBe(11);
});

import { buildSchema, type FieldNode, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { buildArgumentReader } from '../../../platform/execution/arguments.ts';
import { ExecutionState } from '../../../platform/execution/execution-state.ts';
import { required } from '../../support/required.ts';

const schema = buildSchema(`
  input Range { from: Int = 1, to: Int }
  type Query { plain: String, field(n: Int = 5, must: String!, range: Range, ids: [ID!]): String }`);

function readerFor(text: string) {
  const operation = parse(text).definitions[0] as OperationDefinitionNode;
  const node = operation.selectionSet.selections[0] as FieldNode;
  const field = required(schema.getQueryType()?.getFields()[node.name.value], 'the schema has the field');
  const read = buildArgumentReader(field, node);
  return (variables: Record<string, unknown> = {}) => read(new ExecutionState({}, variables));
}

test.each<[string, Record<string, unknown>]>([
  ['{ plain }', {}],
  ['{ field(must: "x") }', { n: 5, must: 'x' }],
  [
    '{ field(must: "x", range: { to: 2 }, ids: "a") }',
    { n: 5, must: 'x', range: { from: 1, to: 2 }, ids: ['a'] },
  ],
])('coerces the constant arguments of %s, and returns a new object in each call', (text, expected) => {
  const read = readerFor(text);
  const first = read();
  expect(first).toEqual(expected);
  // A resolver may change its arguments. The next call must not notice it.
  for (const value of Object.values(first)) {
    if (Array.isArray(value)) value.push('changed');
    else if (typeof value === 'object') Object.assign(value ?? {}, { to: 'changed' });
  }
  Object.assign(first, { n: 'changed' });
  expect(read()).toEqual(expected);
});

test.each([
  ['{ field(must: $text) }', { n: 5, must: 'one' }],
  ['{ field(must: "x", range: { to: $n }) }', { n: 5, must: 'x', range: { from: 1, to: 7 } }],
  ['{ field(must: "x", ids: ["a", $text]) }', { n: 5, must: 'x', ids: ['a', 'one'] }],
])('reads the variables of %s in each call', (text, expected) => {
  const read = readerFor(text);
  expect(read({ text: 'one', n: 7 })).toEqual(expected);
  expect(JSON.stringify(read({ text: 'two', n: 8 }))).toBe(
    JSON.stringify(expected).replace('one', 'two').replace('"to":7', '"to":8'),
  );
});

test('throws for invalid arguments in the call, not when it is built', () => {
  const missing = readerFor('{ field(n: 1) }');
  expect(() => missing()).toThrow('Argument "must" of required type "String!" was not provided.');
  const withoutVariable = readerFor('{ field(must: $text) }');
  expect(() => withoutVariable({})).toThrow(
    'Argument "must" of required type "String!" was provided the variable "$text" which was not provided a runtime value.',
  );
});

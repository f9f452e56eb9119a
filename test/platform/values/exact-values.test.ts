import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { ExactNumber, parseExactJson } from '../../../platform/values/exact-number.ts';
import { convertExactNumbers, convertVariables } from '../../../platform/values/exact-values.ts';

const schema = buildSchema(`
  scalar Long
  input Deep { long: Long float: Float ids: [ID!] deeper: Deep }
  type Query { a: Int }
  type Thing { long: Long float: Float }`);

/** The variables as JSON, after their conversion. */
function convert(definitions: string, variables: string): string {
  const [operation] = parse(`query (${definitions}) { a }`).definitions as [OperationDefinitionNode];
  const given = parseExactJson(variables) as Record<string, unknown>;
  return JSON.stringify(convertVariables(schema, operation.variableDefinitions ?? [], given));
}

test.each([
  ['$a: Long', '{"a":1.10}', '{"a":1.10}'],
  ['$a: [Long!]!', '{"a":[1.10,1]}', '{"a":[1.10,1]}'],
  ['$a: Float', '{"a":1.10}', '{"a":1.1}'],
  ['$a: Int', '{"a":1.0}', '{"a":1}'],
  ['$a: [ID]', '{"a":[9007199254740993,1,"x"]}', '{"a":["9007199254740993",1,"x"]}'],
  ['$a: [ID]', '{"a":[9007199254740993.0,1.0,1e2,1e+21]}', '{"a":[9007199254740993.0,1.0,1e2,1e+21]}'],
  ['$a: [ID]', '{"a":9007199254740993}', '{"a":"9007199254740993"}'],
  [
    '$a: Deep',
    '{"a":{"long":1.10,"float":1.10,"ids":[9007199254740993],"deeper":{"long":-0,"float":1.0,"other":1.0}}}',
    '{"a":{"long":1.10,"float":1.1,"ids":["9007199254740993"],"deeper":{"long":-0,"float":1,"other":1.0}}}',
  ],
  ['$a: Unknown, $b: Float', '{"a":1.10,"b":1.0,"c":1.10}', '{"a":1.10,"b":1,"c":1.10}'],
])('gives the numbers of %s in %s their form', (definitions, variables, converted) => {
  expect(convert(definitions, variables)).toBe(converted);
});

test('returns the given variables when they have no such number', () => {
  const [operation] = parse('query ($a: Deep) { a }').definitions as [OperationDefinitionNode];
  const variables = { a: { float: 1.5, ids: ['1'] } };
  expect(convertVariables(schema, operation.variableDefinitions ?? [], variables)).toBe(variables);
});

test('converts the fields of a representation', () => {
  const type = schema.getType('Thing');
  const given = { __typename: 'Thing', long: new ExactNumber('1.10'), float: new ExactNumber('1.10') };
  expect(JSON.stringify(convertExactNumbers(type as never, given))).toBe(
    '{"__typename":"Thing","long":1.10,"float":1.1}',
  );
});

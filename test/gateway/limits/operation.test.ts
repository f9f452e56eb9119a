import { buildSchema, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { coerceVariables, requireOperation } from '../../../gateway/limits/operation.ts';
import { catchRefusal } from './catch-refusal.ts';

const schema = buildSchema(
  'type Query { a(n: Int, size: Size, list: [Int!]): Int } type Subscription { a: Int } enum Size { SMALL LARGE }',
);

function parseOperation(text: string): OperationDefinitionNode {
  const [operation] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  return operation;
}

test('queries and mutations may run', () => {
  for (const text of ['{ a }', 'mutation { a }']) {
    const operation = parseOperation(text);
    expect(requireOperation(operation)).toBe(operation);
  }
});

test('refuses a request that names no operation', () => {
  expect(catchRefusal(() => requireOperation(undefined))).toEqual({
    code: 'OPERATION_RESOLUTION_FAILURE',
    message: 'Set "operationName" to the operation of the document that is to run.',
  });
});

test('refuses a subscription', () => {
  expect(catchRefusal(() => requireOperation(parseOperation('subscription { a }')))).toEqual({
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: 'This graph has no subscriptions; poll with a query.',
  });
});

const development = { schema, isProduction: false };

test('adds the defaults of the operation to the variables', () => {
  const operation = parseOperation('query($n: Int = 5, $list: [Int!], $size: Size) { a(n: $n) }');
  expect(coerceVariables(development, operation, { list: 1, unknown: true })).toEqual({
    variables: { n: 5, list: [1] },
    errors: [],
  });
});

test('reports each wrong variable as BAD_USER_INPUT', () => {
  const operation = parseOperation('query($n: Int, $list: [Int!]) { a(n: $n) }');
  const { errors } = coerceVariables(development, operation, { n: 'many', list: [1, null] });
  expect(errors.map(({ extensions }) => extensions)).toEqual(
    Array(2).fill({ code: 'BAD_USER_INPUT', http: { status: 400 } }),
  );
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringContaining('"$n"'),
    expect.stringContaining('"$list"'),
  ]);
});

test('reports at most twenty errors, and that there are more', () => {
  const operation = parseOperation('query($list: [Int!]) { a(list: $list) }');
  const { errors } = coerceVariables(development, operation, { list: Array(100).fill('x') });
  expect(errors).toHaveLength(21);
  expect(errors.at(-1)?.message).toMatch(/too many errors/i);
});

test('suggests values in development, and not in production', () => {
  const operation = parseOperation('query($size: Size) { a(size: $size) }');
  const messageOf = (isProduction: boolean) =>
    coerceVariables({ schema, isProduction }, operation, { size: 'LARG' }).errors[0]?.message;
  expect(messageOf(false)).toMatch(/Did you mean .*LARGE/);
  expect(messageOf(true)).not.toMatch(/LARGE/);
});

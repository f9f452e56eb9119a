import { getOperationAST, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import {
  findConditionVariables,
  getConditionValues,
  resolveConditions,
} from '../../../gateway/normalize/resolve-conditions.ts';
import { required } from '../../support/required.ts';

/** The document after its conditions are resolved, on one line. */
function resolved(text: string, variables: Record<string, unknown> = {}, operationName?: string): string {
  const document = parse(text);
  const operation = required(getOperationAST(document, operationName), 'the operation');
  const values = getConditionValues(findConditionVariables(document) ?? [], operation, variables);
  return print(resolveConditions(document, operation, values, 'empty')).replaceAll(/\s+/g, ' ');
}

test('finds the variables of all conditions, sorted, and undefined without a condition', () => {
  expect(findConditionVariables(parse('{ a b(if: true) }'))).toBeUndefined();
  expect(findConditionVariables(parse('{ a @skip(if: true) }'))).toEqual([]);
  const text =
    'query ($y: Boolean!, $x: Boolean!) { a @skip(if: $y) ...F } fragment F on Query { b @include(if: $x) @skip(if: $y) }';
  expect(findConditionVariables(parse(text))).toEqual(['x', 'y']);
});

test('takes the value of a condition from the variables, then from the default', () => {
  const operation = required(
    getOperationAST(parse('query ($a: Boolean! = true, $b: Boolean!, $c: Boolean! = false) { x }')),
    'the operation',
  );
  const values = (variables: Record<string, unknown>) => [
    ...getConditionValues(['a', 'b', 'c'], operation, variables),
  ];
  expect(values({ b: true })).toEqual([
    ['a', true],
    ['b', true],
    ['c', false],
  ]);
  expect(values({ a: undefined, b: 'yes', c: null })).toEqual([
    ['a', true],
    ['b', undefined],
    ['c', undefined],
  ]);
});

test('keeps what is included, removes what is skipped, and leaves other directives', () => {
  const text = `query ($on: Boolean!) {
    a @include(if: $on) b @skip(if: $on) c @include(if: true) @skip(if: false) @other
    ... @include(if: $on) { d } ...F @skip(if: $on) } fragment F on Query { e }`;
  expect(resolved(text, { on: true })).toBe(
    'query ($on: Boolean!) { a c @other ... { d } } fragment F on Query { e }',
  );
  expect(resolved(text, { on: false })).toBe(
    'query ($on: Boolean!) { b c @other ...F } fragment F on Query { e }',
  );
});

test('fills a selection set that becomes empty with the placeholder', () => {
  expect(resolved('{ me { name @skip(if: true) } }')).toBe('{ me { empty: __typename } }');
  expect(resolved('{ me @include(if: false) { name } }')).toBe('{ empty: __typename }');
});

test('removes the other operations of the document, whose variables may have other values', () => {
  const text = 'query A { a @skip(if: true) b } query B($x: Boolean! = true) { c @skip(if: $x) }';
  expect(resolved(text, {}, 'A')).toBe('query A { b }');
});

import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { findUnusedPrefix, getFieldNames, renameAliases } from '../../../gateway/normalize/rename-aliases.ts';

const fieldNames = getFieldNames(
  parse(
    'type Query { product: Product } interface Node { id: ID! } type Product { upc: ID! } enum E { RED }',
  ),
);

test('reads the field names of objects and interfaces', () => {
  expect([...fieldNames]).toEqual(['product', 'id', 'upc']);
});

test('renames an alias that is the name of another field, in fragments too, and says what it was', () => {
  const renamed = renameAliases(
    parse('{ product { id: name ...F } } fragment F on Product { upc: price title: name }'),
    fieldNames,
  );
  expect(print(renamed?.document ?? parse('{ none }')).replaceAll(/\s+/g, ' ')).toBe(
    '{ product { as_id: name ...F } } fragment F on Product { as_upc: price title: name }',
  );
  expect([...(renamed?.names ?? [])]).toEqual([
    ['as_id', 'id'],
    ['as_upc', 'upc'],
  ]);
});

test('changes nothing where an alias is the name of its own field or of no field', () => {
  expect(renameAliases(parse('{ product { id: id label: name } }'), fieldNames)).toBeUndefined();
});

test('takes a prefix that no response key of the document has', () => {
  expect(findUnusedPrefix(parse('{ a }'))).toBe('as_');
  expect(findUnusedPrefix(parse('{ as_x: a as__y }'))).toBe('as___');
});

import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { ReservedNamesRule } from '../../../gateway/limits/reserved-names.ts';

const schema = buildSchema('type Query { a(n: Int): Int }');

const messagesFor = (text: string) =>
  validate(schema, parse(text), [ReservedNamesRule]).map(({ message }) => message);

test.each([
  '{ a __typename }',
  '{ name: __typename }',
  '{ __typename: __typename }',
  'query($representation: Int) { representations: a(n: $representation) }',
])('allows %s', (text) => {
  expect(messagesFor(text)).toEqual([]);
});

test('refuses the alias __typename of another field', () => {
  expect(messagesFor('{ __typename: a }')).toEqual([
    'The alias "__typename" is reserved for the field of that name; choose another alias.',
  ]);
});

test('refuses the variable $representations', () => {
  expect(messagesFor('query($representations: Int) { a(n: $representations) }')).toEqual([
    'The variable "$representations" is reserved for the gateway; choose another name.',
  ]);
});

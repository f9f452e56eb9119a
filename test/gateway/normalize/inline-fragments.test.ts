import { buildSchema, parse, print, validate } from 'graphql';
import { expect, test } from 'vitest';
import { inlineFragments } from '../../../gateway/normalize/inline-fragments.ts';

const schema = buildSchema(`
  type Query { person: Person user: User found: Found }
  interface Person { name: String friend: Person }
  type User implements Person { name: String friend: Person }
  type Robot implements Person { name: String friend: Person }
  type Place { title: String }
  union Found = User | Place
`);

function inlined(text: string): string {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  return print(inlineFragments(document, schema, 'empty')).replaceAll(/\s+/g, ' ');
}

test('returns the same document where no fragment on an abstract type holds another fragment', () => {
  for (const text of [
    '{ person { ... on User { name } } }',
    '{ user { ... on User { ... on Person { name } } } }',
    '{ person { ...P } } fragment P on Person { name }',
  ]) {
    const document = parse(text);
    expect(inlineFragments(document, schema, 'empty')).toBe(document);
  }
});

test('inlines the fragments on an object whose type is known', () => {
  expect(inlined('{ user { ... on Person { ... on User { name } } } }')).toBe('{ user { name } }');
  expect(inlined('{ user { ...P } } fragment P on Person { ...U } fragment U on User { name }')).toBe(
    '{ user { name } }',
  );
});

test('drops a fragment that the known type never meets, and fills what becomes empty', () => {
  expect(inlined('{ user { ... on Person { ... on Robot { name } } } }')).toBe(
    '{ user { empty: __typename } }',
  );
});

test('keeps the fragments on an object whose type is open, and puts the text of a spread in its place', () => {
  expect(
    inlined('{ person { ...P } } fragment P on Person { ... on User { friend { ... on Robot { name } } } }'),
  ).toBe('{ person { ... on Person { ... on User { friend { ... on Robot { name } } } } } }');
  expect(inlined('{ found { ... on Person { ... on User { ... on Person { name } } } } }')).toBe(
    '{ found { ... on Person { ... on User { name } } } }',
  );
});

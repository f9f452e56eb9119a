import { expect, test } from 'vitest';
import { compareSchemas, summarizeChanges } from '../../../platform/schema/schema-changes.ts';

const before = `
directive @auth(allow: [String!]!) on FIELD_DEFINITION
type Query { reviews(first: Int = 10, after: String): [Review!]! }
"A review."
type Review @key(fields: "id") { id: ID! stars: Int! old: String @deprecated }
extend type Review { text: String }
type Gone { id: ID! }
enum Mark { GOOD BAD }
union Found = Review | Gone
input NewReview { stars: Int! }
`;
const after = `
directive @auth(allow: [String!]!) on FIELD_DEFINITION | OBJECT
type Query { reviews(first: Int = 20): [Review!]! best: Review }
"What somebody thinks of a product."
type Review { id: ID! rating: Int old: String text: String @auth(allow: ["staff"]) }
type Fresh { id: ID! }
enum Mark { GOOD WORSE }
union Found = Review
input NewReview { stars: Int = 3 }
`;

test('names what was added, removed and changed, and a type without its fields', () => {
  expect(compareSchemas(before, after)).toEqual([
    'added Query.best',
    'added Review.rating',
    'added Fresh',
    'added Mark.WORSE',
    'removed Query.reviews(after:)',
    'removed Review.stars',
    'removed Gone',
    'removed Mark.BAD',
    'changed @auth from "directive @auth(allow: [String!]!) on FIELD_DEFINITION" to "directive @auth(allow: [String!]!) on FIELD_DEFINITION | OBJECT"',
    'changed Query.reviews(first:) from "Int = 10" to "Int = 20"',
    'changed Review from "object @key(fields: "id")" to "object"',
    'changed Review.old from "String @deprecated" to "String"',
    'changed Review.text from "String" to "String @auth(allow: ["staff"])"',
    'changed Found from "union Review | Gone" to "union Review"',
    'changed NewReview.stars from "Int!" to "Int = 3"',
  ]);
});

test('finds no change in descriptions, comments and order, and a summary names ten changes', () => {
  expect(compareSchemas('type Query { a: Int b: Int }', '# note\ntype Query { "B." b: Int a: Int }')).toEqual(
    [],
  );
  expect(summarizeChanges([])).toBe('only its descriptions or their order');
  expect(summarizeChanges(['added A.b', 'removed A.c'])).toBe('added A.b, removed A.c');
  const many = Array.from({ length: 12 }, (_, index) => `added A.f${index}`);
  expect(summarizeChanges(many)).toBe(`${many.slice(0, 10).join(', ')}, and 2 more`);
});

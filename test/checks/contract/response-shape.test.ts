// The shape of responses, checked against a composed schema.
import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { findShapeProblems } from '../../../checks/contract/response-shape.ts';

const schema = buildSchema(`
type Query { best: Book! media: [Media!] find: [Result] count: Int ratio: Float day: Date binding: Binding isOpen: Boolean }
interface Media { id: ID! stars: Int }
type Book implements Media { id: ID! stars: Int title: String! tags: [String!] }
type Film implements Media { id: ID! stars: Int minutes: Int }
union Result = Book | Film
enum Binding { HARD SOFT }
scalar Date`);

function problems(query: string, data: Record<string, unknown>, variables = {}, entityTypes: string[] = []) {
  return findShapeProblems({ schema, document: parse(query), variables, data, entityTypes });
}

describe('a response', () => {
  test.each<[string, Record<string, unknown>]>([
    ['{ best { id title tags } }', { best: { id: '1', title: 'One', tags: null } }],
    [
      '{ count ratio day binding isOpen }',
      { count: 1, ratio: 1.5, day: { any: 'thing' }, binding: 'SOFT', isOpen: false },
    ],
    ['{ best { id } }', { best: { id: 7 } }],
    ['{ media { __typename id ... on Film { minutes } } }', { media: [{ __typename: 'Book', id: '1' }] }],
    ['{ media { stars } }', { media: [{ stars: 1 }] }],
    // A subgraph that knows the interface as one type.
    [
      '{ media { __typename stars ... on Film { minutes } } }',
      { media: [{ __typename: 'Media', stars: 1 }] },
    ],
    ['{ ...Q } fragment Q on Query { renamed: count }', { renamed: 1 }],
    ['{ find { __typename ... on Media { id } } }', { find: [null, { __typename: 'Film', id: '1' }] }],
  ])('has the promised shape: %s', (query, data) => {
    expect(problems(query, data)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['{ best { id title } }', { best: { id: '1' } }, 'best.title: is missing'],
    ['{ best { id } }', { best: null }, 'best: is null, and its type is Book!'],
    ['{ best { id } }', { best: [] }, 'best: is not an object'],
    ['{ best { id } }', { best: 'One' }, 'best: is not an object'],
    ['{ best { tags } }', { best: { tags: 'one' } }, 'best.tags: is not a list'],
    ['{ best { tags } }', { best: { tags: ['a', null] } }, 'best.tags.1: is null, and its type is String!'],
    ['{ media { id } }', { media: { id: '1' } }, 'media: is not a list'],
    ['{ count }', { count: 1.5 }, 'count: 1.5 is not of type Int'],
    ['{ count }', { count: 2 ** 31 }, 'count: 2147483648 is not of type Int'],
    ['{ ratio }', { ratio: '1' }, 'ratio: "1" is not of type Float'],
    ['{ isOpen }', { isOpen: 1 }, 'isOpen: 1 is not of type Boolean'],
    ['{ best { title } }', { best: { title: 1 } }, 'best.title: 1 is not of type String'],
    ['{ best { id } }', { best: { id: true } }, 'best.id: true is not of type ID'],
    ['{ binding }', { binding: 'LEATHER' }, 'binding: "LEATHER" is not of type Binding'],
    ['{ best { __typename } }', { best: { __typename: 'Film' } }, 'best.__typename: is "Film", not "Book"'],
    [
      '{ media { __typename } }',
      { media: [{ __typename: 'Query' }] },
      'media.0: __typename "Query" is not of type Media',
    ],
    ['{ find { __typename } }', { find: [{}] }, 'find.0: __typename undefined is not of type Result'],
    [
      '{ media { __typename ... on Film { minutes } } }',
      { media: [{ __typename: 'Film' }] },
      'media.0.minutes: is missing',
    ],
    ['{ worst }', { worst: 1 }, 'worst: the composed schema has no such field'],
  ])('has another shape: %s with %j', (query, data, problem) => {
    expect(problems(query, data)).toEqual([problem]);
  });

  test('must have the fields that @skip and @include select, and no others', () => {
    const query = 'query ($a: Boolean!) { count @include(if: $a) ratio @skip(if: $a) }';
    expect(problems(query, { ratio: 1 }, { a: false })).toEqual([]);
    expect(problems(query, { ratio: 1 }, { a: true })).toEqual(['count: is missing']);
  });

  const entities = '{ _entities(representations: []) { ... on Book { title } ... on Media { stars } } }';
  test.each<[unknown, string[], string[]]>([
    [[{ title: 'One', stars: 1 }, null], ['Book', 'Book'], []],
    [[{ stars: 1 }], ['Media'], []],
    [null, ['Book'], ['_entities: is not a list']],
    [[], ['Book'], ['_entities: holds 0 for 1 representations']],
    [[{ title: null, stars: 1 }], ['Book'], ['_entities.0.title: is null, and its type is String!']],
    [[{ title: 'One' }], ['Media'], ['_entities.0.stars: is missing']],
  ])('of entities %j for types %j', (_entities, types, expected) => {
    expect(problems(entities, { _entities }, {}, types)).toEqual(expected);
  });
});

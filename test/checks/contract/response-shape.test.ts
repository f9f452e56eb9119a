// The shape of answers, and what is sent of entities: judged by the composed schema alone.
import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { represent, typesIn } from '../../../checks/contract/representation.ts';
import { shapeProblems } from '../../../checks/contract/response-shape.ts';

const schema = buildSchema(`
type Query { best: Book! media: [Media!] find: [Result] count: Int ratio: Float day: Date binding: Binding isOpen: Boolean }
interface Media { id: ID! stars: Int }
type Book implements Media { id: ID! stars: Int title: String! tags: [String!] }
type Film implements Media { id: ID! stars: Int minutes: Int }
union Result = Book | Film
enum Binding { HARD SOFT }
scalar Date`);

function problems(query: string, data: Record<string, unknown>, variables = {}, entityTypes: string[] = []) {
  return shapeProblems({ schema, document: parse(query), variables, data, entityTypes });
}

describe('the shape of an answer', () => {
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
  ])('is as promised: %s', (query, data) => {
    expect(problems(query, data)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['{ best { id title } }', { best: { id: '1' } }, 'best.title: is missing'],
    ['{ best { id } }', { best: null }, 'best: is null, and its type is Book!'],
    ['{ best { id } }', { best: [] }, 'best: is no object'],
    ['{ best { id } }', { best: 'One' }, 'best: is no object'],
    ['{ best { tags } }', { best: { tags: 'one' } }, 'best.tags: is no list'],
    ['{ best { tags } }', { best: { tags: ['a', null] } }, 'best.tags.1: is null, and its type is String!'],
    ['{ media { id } }', { media: { id: '1' } }, 'media: is no list'],
    ['{ count }', { count: 1.5 }, 'count: 1.5 is no Int'],
    ['{ count }', { count: 2 ** 31 }, 'count: 2147483648 is no Int'],
    ['{ ratio }', { ratio: '1' }, 'ratio: "1" is no Float'],
    ['{ isOpen }', { isOpen: 1 }, 'isOpen: 1 is no Boolean'],
    ['{ best { title } }', { best: { title: 1 } }, 'best.title: 1 is no String'],
    ['{ best { id } }', { best: { id: true } }, 'best.id: true is no ID'],
    ['{ binding }', { binding: 'LEATHER' }, 'binding: "LEATHER" is no Binding'],
    ['{ best { __typename } }', { best: { __typename: 'Film' } }, 'best.__typename: is "Film", not "Book"'],
    [
      '{ media { __typename } }',
      { media: [{ __typename: 'Query' }] },
      'media.0: __typename "Query" is no Media',
    ],
    ['{ find { __typename } }', { find: [{}] }, 'find.0: __typename undefined is no Result'],
    [
      '{ media { __typename ... on Film { minutes } } }',
      { media: [{ __typename: 'Film' }] },
      'media.0.minutes: is missing',
    ],
    ['{ worst }', { worst: 1 }, 'worst: the composed schema has no such field'],
  ])('is not: %s answered with %j', (query, data, problem) => {
    expect(problems(query, data)).toEqual([problem]);
  });

  test('has what @skip and @include leave, and nothing else of it is missed', () => {
    const query = 'query ($a: Boolean!) { count @include(if: $a) ratio @skip(if: $a) }';
    expect(problems(query, { ratio: 1 }, { a: false })).toEqual([]);
    expect(problems(query, { ratio: 1 }, { a: true })).toEqual(['count: is missing']);
  });

  const entities = '{ _entities(representations: []) { ... on Book { title } ... on Media { stars } } }';
  test.each<[unknown, string[], string[]]>([
    [[{ title: 'One', stars: 1 }, null], ['Book', 'Book'], []],
    [[{ stars: 1 }], ['Media'], []],
    [null, ['Book'], ['_entities: is no list']],
    [[], ['Book'], ['_entities: holds 0 for 1 representations']],
    [[{ title: null, stars: 1 }], ['Book'], ['_entities.0.title: is null, and its type is String!']],
    [[{ title: 'One' }], ['Media'], ['_entities.0.stars: is missing']],
  ])('of entities: %j for %j', (_entities, types, expected) => {
    expect(problems(entities, { _entities }, {}, types)).toEqual(expected);
  });
});

describe('what is sent of an entity', () => {
  test.each<[string, string, Record<string, unknown>, object, string[]]>([
    [
      'no more than is required',
      '{ ... on Book { __typename id } }',
      { id: '1', title: 'One' },
      { id: '1' },
      [],
    ],
    [
      'what is missing by its path',
      '{ ... on Book { id size { pages } } }',
      { size: {} },
      { size: {} },
      ['id', 'size.pages'],
    ],
    [
      'null, where it is known to be',
      '{ ... on Book { size { pages } } }',
      { size: null },
      { size: null },
      [],
    ],
    [
      'each item of a list',
      '{ ... on Book { parts { id } } }',
      { parts: [{ id: 1, x: 2 }, {}] },
      { parts: [{ id: 1 }, {}] },
      ['parts.id'],
    ],
    [
      'nothing of another type',
      '{ ... on Book { id } ... on Film { minutes } }',
      { id: '1' },
      { id: '1' },
      [],
    ],
    ['what an interface of it requires', '{ ... on Media { id } }', { id: '1' }, { id: '1' }, []],
    [
      'of an object inside, what its type has',
      '{ ... on Book { of { __typename ... on Book { id } ... on Film { minutes } } } }',
      { of: { __typename: 'Film', id: '1', minutes: 3 } },
      { of: { __typename: 'Film', minutes: 3 } },
      [],
    ],
    [
      'of one without a type, what there is',
      '{ ... on Book { of { ... on Book { id } ... on Film { minutes } } } }',
      { of: { minutes: 3 } },
      { of: { minutes: 3 } },
      [],
    ],
  ])('is %s', (_what, requires, known, sent, missing) => {
    const withType = requires.includes('__typename id') ? { __typename: 'Book', ...sent } : sent;
    expect(represent(requires, 'Book', known, schema)).toEqual({ sent: withType, missing });
  });

  test('goes by the types that a fetch requires', () => {
    expect(typesIn('{ ... on Book { id } ... on Film { id } ... on Book { title } }')).toEqual([
      'Book',
      'Film',
    ]);
    expect(() => typesIn('type Query')).toThrow('"type Query" is no selection');
  });
});

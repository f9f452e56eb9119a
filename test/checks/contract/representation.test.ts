// Representations of a fixture's entities, as a gateway would send them.
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { buildRepresentation, findTypeConditions } from '../../../checks/contract/representation.ts';

const schema = buildSchema(`
type Query { media: [Media!] }
interface Media { id: ID! }
type Book implements Media { id: ID! title: String! }
type Film implements Media { id: ID! minutes: Int }`);

describe('a representation', () => {
  test.each<[string, string, Record<string, unknown>, object, string[]]>([
    [
      'only the required fields',
      '{ ... on Book { __typename id } }',
      { id: '1', title: 'One' },
      { id: '1' },
      [],
    ],
    [
      'a path for each missing field',
      '{ ... on Book { id size { pages } } }',
      { size: {} },
      { size: {} },
      ['id', 'size.pages'],
    ],
    [
      'null for a field that is null',
      '{ ... on Book { size { pages } } }',
      { size: null },
      { size: null },
      [],
    ],
    [
      'the fields of each list item',
      '{ ... on Book { parts { id } } }',
      { parts: [{ id: 1, x: 2 }, {}] },
      { parts: [{ id: 1 }, {}] },
      ['parts.id'],
    ],
    [
      'no field of another type condition',
      '{ ... on Book { id } ... on Film { minutes } }',
      { id: '1' },
      { id: '1' },
      [],
    ],
    [
      'the fields that an interface of its type requires',
      '{ ... on Media { id } }',
      { id: '1' },
      { id: '1' },
      [],
    ],
    [
      'the fields of a nested object by its type',
      '{ ... on Book { of { __typename ... on Book { id } ... on Film { minutes } } } }',
      { of: { __typename: 'Film', id: '1', minutes: 3 } },
      { of: { __typename: 'Film', minutes: 3 } },
      [],
    ],
    [
      'the known fields of a nested object without a type',
      '{ ... on Book { of { ... on Book { id } ... on Film { minutes } } } }',
      { of: { minutes: 3 } },
      { of: { minutes: 3 } },
      [],
    ],
  ])('has %s', (_what, requires, known, sent, missing) => {
    const withType = requires.includes('__typename id') ? { __typename: 'Book', ...sent } : sent;
    expect(buildRepresentation(requires, 'Book', known, schema)).toEqual({ sent: withType, missing });
  });

  test('is built for each type condition of a fetch', () => {
    expect(findTypeConditions('{ ... on Book { id } ... on Film { id } ... on Book { title } }')).toEqual([
      'Book',
      'Film',
    ]);
    expect(() => findTypeConditions('type Query')).toThrow('"type Query" is not a selection set');
  });
});

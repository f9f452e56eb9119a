import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { printApiSchema } from '../../../checks/api/api-schema.ts';

test('prints what an operation can reach, sorted, with descriptions, and nothing else', () => {
  const schema = buildSchema(`
    directive @cache(scope: Scope) on FIELD_DEFINITION
    enum Scope { PUBLIC }
    type Query { "One of them." thing(by: By): Thing @cache(scope: PUBLIC) }
    interface Thing { kind: Kind }
    type Book implements Thing { kind: Kind }
    enum Kind { PAPER }
    input By { id: ID, all: [By!], language: Language = EN }
    enum Language { EN }
    type Unreached { id: ID }
  `);
  const sdl = printApiSchema(schema);
  expect(sdl.match(/(?<=^(type|enum|input|interface) )\w+/gm)).toEqual([
    'Book',
    'By',
    'Kind',
    'Language',
    'Query',
    'Thing',
  ]);
  expect(sdl).toContain('type Query {\n  """One of them."""\n  thing(by: By): Thing\n}');
  expect(sdl).not.toContain('Scope');
});

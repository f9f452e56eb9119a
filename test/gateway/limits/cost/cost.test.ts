// The cost of operations over a composed supergraph, as the IBM specification and Apollo's router count it.
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildSchema, type GraphQLSchema, Kind, parse, print } from 'graphql';
import { describe, expect, test } from 'vitest';
import { Documents } from '../../../../gateway/limits/documents.ts';
import { readGatewaySettings } from '../../../../gateway/settings/settings.ts';
import { readEnvironment } from '../../../../platform/process/environment.ts';
import { composeOne, federation } from './compose-one.ts';

/** The cost of an operation, from the refusal of a gateway that accepts free operations only; or the code of another refusal. */
function getCost(sdl: string, query: string, variables: Record<string, unknown> = {}): number | string {
  const supergraphSdl = composeOne(sdl);
  const schema: GraphQLSchema = buildSchema(print(transformSupergraphToPublicSchema(parse(supergraphSdl))));
  const settings = { ...readGatewaySettings(readEnvironment({ NODE_ENV: 'test' })), LIMIT_COST: 0.5 };
  const documents = new Documents({ schema, supergraphSdl, isProduction: false, settings });
  const { document, refusals } = documents.read(query);
  expect(refusals).toEqual([]);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  const [error] = documents.check(document, operation, variables);
  if (error === undefined) return 0;
  const counted = /cost of (\d+);/.exec(error.message)?.[1];
  return counted === undefined ? String(error.extensions.code) : Number(counted);
}

const books = `extend schema @link(url: "${federation}", import: ["@cost", "@listSize"])
  type Query {
    book: Book
    books(first: Int, last: Int): [Book] @listSize(assumedSize: 4, slicingArguments: ["first", "last"])
    shelf(first: Int): [Book] @listSize(slicingArguments: ["first"])
    loose(first: Int): [Book] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
    byInput(input: Input, tags: [String] @cost(weight: 2)): Int
  }
  type Mutation { write: Book }
  type Book { title: String author: Author cover: Cover pages: [Page] look: Look dear: String @cost(weight: 9) }
  type Author { name: String }
  type Cover @cost(weight: 5) { colour: String }
  type Page { text: String }
  enum Look @cost(weight: 3) { OLD NEW }
  input Input { a: Int @cost(weight: 4) b: Int inner: Input many: [Input] }
`;

describe('an operation costs', () => {
  test.each<[what: string, query: string, cost: number | string, variables?: Record<string, unknown>]>([
    ['nothing for __typename', '{ __typename }', 0],
    ['1 for each object, 0 for a scalar', '{ book { title author { name } } }', 2],
    ['the weight of a type', '{ book { cover { colour } } }', 6],
    ['the weight of an enum', '{ book { look } }', 4],
    ['the weight of a field', '{ book { dear } }', 10],
    ['the size of a list times what is in it', '{ books(first: 10) { author { name } } }', 20],
    ['the size in a variable', 'query($n: Int) { books(first: $n) { title } }', 7, { n: 7 }],
    ['the assumed size without a size', '{ books { title } }', 4],
    ['the assumed size when the size is null', '{ books(first: null) { title } }', 4],
    ['the largest of two sizes', '{ books(first: 2, last: 6) { title } }', 6],
    ['one entry of a list whose size is not declared', '{ book { pages { text } } }', 2],
    ['one entry of a list whose size is optional', '{ loose { title } }', 1],
    ['the weights of arguments', '{ byInput(tags: ["a", "b"]) }', 6],
    ['1 for an input object, and the weights in it', '{ byInput(input: { a: 1, b: 2 }) }', 5],
    ['input within input', '{ byInput(input: { inner: { a: 1 }, many: [{ a: 1 }, {}] }) }', 1 + 5 + 5 + 1],
    [
      'the same for input in a variable',
      'query($i: Input) { byInput(input: $i) }',
      10,
      { i: { a: 1, inner: { a: 2 } } },
    ],
    ['10 for a mutation beside its fields', 'mutation { write { title } }', 11],
    [
      'fields that are selected twice, once',
      '{ book { author { name } } book { author { name } ...F } } fragment F on Book { author { name } }',
      2,
    ],
    ['nothing for a field that @skip excludes', '{ book @skip(if: true) { title } }', 0],
  ])('%s', (_rule, query, cost, variables) => {
    expect(getCost(books, query, variables)).toBe(cost);
  });

  test('nothing when it does not limit a list whose size the graph requires', () => {
    expect(getCost(books, '{ shelf { title } }')).toBe('LIST_SIZE_UNKNOWN');
    expect(getCost(books, '{ shelf(first: 3) { title } }')).toBe(3);
  });
});

// Cache policies by Apollo's published rules: Apollo Server computes the policies of the same operations without federation, and
// both must agree. The stricter rules of the gateway, which separate what viewers see, have their own test.
import { ApolloServer } from '@apollo/server';
import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isObjectType,
  parse,
} from 'graphql';
import { afterAll, expect, test } from 'vitest';
import { computePolicy, type Policy } from '../../../gateway/cache-policy/policy.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { required } from '../../support/required.ts';

const directives = `
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @auth(allow: [String!]!) on FIELD_DEFINITION`;

// Every object and every root field has a hint of its own: without one, Apollo Server uses the type's and the gateway uses none.
const schema = buildSchema(`${directives}
  type Query {
    typed: Typed @cacheControl(scope: PUBLIC) hinted: Plain @cacheControl(maxAge: 30) own: Typed @cacheControl(maxAge: 5)
    hintedWord: String @cacheControl(maxAge: 20) inherits: Plain @cacheControl(inheritMaxAge: true)
    secret: Plain @cacheControl(maxAge: 90, scope: PRIVATE) inheriting: Inheriting @cacheControl(maxAge: 70)
    never: Typed @cacheControl(maxAge: 0)
  }
  type Plain {
    word: String plain: Plain @cacheControl(inheritMaxAge: true) plains: [Plain!]! @cacheControl(maxAge: 80)
    typed: Typed @cacheControl(scope: PUBLIC) long: String @cacheControl(maxAge: 300)
  }
  type Typed @cacheControl(maxAge: 60) {
    word: String volatile: Int @cacheControl(maxAge: 0) short: Plain @cacheControl(maxAge: 7)
    same: Plain @cacheControl(inheritMaxAge: true) typed: Typed @cacheControl(inheritMaxAge: true)
    inheriting: Inheriting @cacheControl(inheritMaxAge: true) mine: String @cacheControl(scope: PRIVATE)
    own: Private @cacheControl(inheritMaxAge: true) others: [Inheriting!]! @cacheControl(maxAge: 40)
  }
  type Inheriting @cacheControl(inheritMaxAge: true) {
    word: String typed: Typed @cacheControl(maxAge: 50) plain: Plain @cacheControl(inheritMaxAge: true, scope: PRIVATE)
  }
  type Private @cacheControl(maxAge: 50, scope: PRIVATE) { word: String typed: Typed @cacheControl(scope: PUBLIC) }
`);

const anything = new Proxy({}, { get: (_target, name) => (name === 'then' ? undefined : () => value(name)) });
function value(name: string | symbol): unknown {
  if (/word|long|mine/i.test(String(name))) return 'a word';
  if (name === 'volatile') return 1;
  return String(name).endsWith('s') && name !== 'inherits' ? [anything] : anything;
}

const apollo = new ApolloServer({ schema, rootValue: anything });
afterAll(() => apollo.stop());

function policyIn(graph: GraphQLSchema, query: string): Policy {
  const document = parse(query);
  return computePolicy(graph, document, required(getOperationAST(document), 'there is an operation'));
}

const headerOf = ({ maxAge, isPublic }: Policy) =>
  maxAge === 0 ? 'no-store' : `max-age=${maxAge}, ${isPublic ? 'public' : 'private'}`;

/** Some fields of a type, some of them in a fragment. */
function selectionOf(type: GraphQLObjectType, depth: number, random: Random): string {
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 1 || !isObjectType(getNamedType(field.type)),
  );
  const chosen = Array.from({ length: random.between(1, 2) }, () => random.pick(fields)).map((field) => {
    const inner = getNamedType(field.type);
    const alias = random.chance(0.2) ? `a${random.between(1, 99_999)}: ` : '';
    return `${alias}${field.name}${isObjectType(inner) ? ` ${selectionOf(inner, depth - 1, random)}` : ''}`;
  });
  const text = chosen.length === 0 ? '__typename' : chosen.join(' ');
  return random.chance(0.2) ? `{ __typename ... on ${type.name} { ${text} } }` : `{ ${text} }`;
}

test('computes for a thousand operations the policies that Apollo Server computes', async () => {
  const seen = new Map<string, number>();
  const random = createRandom(7);
  const root = required(schema.getQueryType(), 'there are queries');
  for (let count = 0; count < 1_000; count += 1) {
    const query = selectionOf(root, random.between(2, 4), random);
    const { http } = await apollo.executeOperation({ query });
    const header = headerOf(policyIn(schema, query));
    expect(`${header} for ${query}`).toBe(`${http.headers.get('cache-control')} for ${query}`);
    seen.set(header, (seen.get(header) ?? 0) + 1);
  }
  // Neither side computes the same policy for everything.
  expect(seen.size).toBeGreaterThan(10);
});

const shop = buildSchema(`${directives}
  directive @join__type(graph: String!, key: String) repeatable on OBJECT
  directive @join__field(graph: String, external: Boolean) repeatable on FIELD_DEFINITION
  type Query {
    product: Product @cacheControl(maxAge: 60) viewer: Viewer @cacheControl(scope: PRIVATE) forYou: [Product]
    guarded: Product @cacheControl(maxAge: 60) @auth(allow: ["account"]) word: String
    node: Node @cacheControl(maxAge: 60) mixed: Mixed @cacheControl(maxAge: 60)
  }
  type Mutation { product: Product @cacheControl(maxAge: 60) }
  interface Node @cacheControl(maxAge: 60) { id: ID! }
  union Mixed @cacheControl(maxAge: 60) = Product | Viewer
  type Product implements Node @cacheControl(maxAge: 60)
      @join__type(graph: "products", key: "id") @join__type(graph: "purchases", key: "id") {
    id: ID!
    name: String @join__field(graph: "products") @join__field(graph: "purchases", external: true)
    stock: Int @join__field(graph: "products") @cacheControl(maxAge: 0, scope: PUBLIC)
    sold: Int @join__field(graph: "products") @cacheControl(maxAge: 0)
    margin: Int @join__field(graph: "products") @auth(allow: ["staff"])
    viewer: Viewer @join__field(graph: "products") @cacheControl(inheritMaxAge: true)
    reviews: [Review] @join__field(graph: "products")
    boughtByMe: Boolean @join__field(graph: "purchases")
    both: Boolean @join__field(graph: "products") @join__field(graph: "purchases")
  }
  type Viewer implements Node @cacheControl(maxAge: 60, scope: PRIVATE) { id: ID! name: String }
  type Review { text: String }
`);

const entities = (inner: string) =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${inner} } }`;

test.each([
  ['public fields', '{ product { id name } }', { maxAge: 60, isPublic: true }],
  ['a public field with the age 0', '{ product { stock } }', { maxAge: 0, isPublic: true }],
  ['an age of 0 without PUBLIC', '{ product { bought } }', { maxAge: 0, isPublic: false }],
  ['a field with @auth', '{ product { margin } }', { maxAge: 0, isPublic: false }],
  ['a root field with @auth', '{ guarded { id } }', { maxAge: 0, isPublic: false }],
  ['a viewer beside a product', '{ product { name } viewer { name } }', { maxAge: 60, isPublic: false }],
  ['a viewer inside a product', '{ product { viewer { name } } }', { maxAge: 60, isPublic: false }],
  [
    'a viewer that variables leave out',
    'query ($a: Boolean!) { product { viewer @include(if: $a) { name } } }',
    { maxAge: 60, isPublic: false },
  ],
  ['a root field of products without a hint', '{ forYou { name } }', { maxAge: 0, isPublic: false }],
  [
    'a field that a subgraph without hints adds to a product',
    '{ product { name boughtByMe } }',
    { maxAge: 0, isPublic: false },
  ],
  [
    'a field that a subgraph without hints resolves as well',
    '{ product { both } }',
    { maxAge: 0, isPublic: false },
  ],
  ['a root field without a hint', '{ word }', { maxAge: 0, isPublic: false }],
  ['an object without a hint', '{ product { reviews { text } } }', { maxAge: 0, isPublic: false }],
  ['an interface that a viewer implements', '{ node { id } }', { maxAge: 60, isPublic: false }],
  ['a union with a viewer', '{ mixed { ... on Product { name } } }', { maxAge: 60, isPublic: false }],
  ['a mutation', 'mutation { product { name } }', { maxAge: 0, isPublic: false }],
  [
    'the schema beside a product',
    '{ product { name } __schema { description } }',
    { maxAge: 0, isPublic: false },
  ],
  ['nothing at all', '{ __typename }', { maxAge: 0, isPublic: false }],
  ['public entities', entities('... on Product { name stock }'), { maxAge: 0, isPublic: true }],
  ['entities of a viewer', entities('... on Viewer { name }'), { maxAge: 60, isPublic: false }],
  [
    'entities, some of them of a viewer',
    entities('... on Product { name } ... on Viewer { name }'),
    { maxAge: 60, isPublic: false },
  ],
  ['entities of a type without a hint', entities('... on Review { text }'), { maxAge: 0, isPublic: false }],
  [
    'a field that the graph does not have',
    entities('... on Product { cost }'),
    { maxAge: 0, isPublic: false },
  ],
])('computes the policy of %s', (_what, query, policy) => {
  expect(policyIn(shop, query)).toEqual(policy);
});

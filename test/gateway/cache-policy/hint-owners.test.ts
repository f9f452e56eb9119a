// Which subgraph's @cacheControl applies to a field of a type.
import { buildSchema, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { isCoveredByTypeHint } from '../../../gateway/cache-policy/hint-owners.ts';
import { required } from '../../support/required.ts';

const schema = buildSchema(`
  directive @cacheControl(maxAge: Int) on FIELD_DEFINITION | OBJECT
  directive @join__type(graph: String!, key: String) repeatable on OBJECT
  directive @join__field(graph: String, external: Boolean) repeatable on FIELD_DEFINITION
  type Query { product: Product account: Account }
  type Product @cacheControl(maxAge: 60)
      @join__type(graph: "products", key: "id sku") @join__type(graph: "purchases", key: "id") {
    id: ID!
    sku: ID @join__field(graph: "products")
    name: String @join__field(graph: "products") @join__field(graph: "purchases", external: true)
    stock: Int @join__field(graph: "products") @cacheControl(maxAge: 0)
    boughtByMe: Boolean @join__field(graph: "purchases")
    both: Int @join__field(graph: "products") @join__field(graph: "purchases")
  }
  type Account @cacheControl(maxAge: 60)
      @join__type(graph: "accounts", key: "id") @join__type(graph: "purchases", key: "id") {
    id: ID! name: String @join__field(graph: "accounts")
  }`);

test.each([
  ['Product', 'id', true, 'every subgraph of the type resolves it'],
  ['Product', 'name', true, 'its subgraph has a hint on another field; an external one does not count'],
  ['Product', 'boughtByMe', false, 'its subgraph has no hint on the type'],
  ['Product', 'both', false, 'one of its subgraphs has no hint on the type'],
  ['Account', 'name', true, 'no other subgraph has more of the type than its key'],
])('the hint of %s for %s: %s, because %s', (typeName, fieldName, isCovered) => {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is an object`);
  const field = required(type.getFields()[fieldName], fieldName);
  expect(isCoveredByTypeHint(type, field)).toBe(isCovered);
});

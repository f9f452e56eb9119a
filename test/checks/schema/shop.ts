// A shop's graph and what its clients ask: something of every kind that a change can break.
import { schemaFiles } from './repository.ts';

export const shop = `
type Query {
  product(id: ID!, currency: Currency = EUR): Product
  search(filter: Filter): [Hit!]!
  secret: String @inaccessible
}
type Product @key(fields: "id") { id: ID! name: String! price: Float! note: String state: State! }
type Shelf { name: String! product: Product }
type Unseen { name: String! }
union Hit = Product | Shelf
enum State { OPEN CLOSED }
enum Currency { EUR USD }
input Filter { text: String currency: Currency minimum: Int }
`;

export const operations = {
  product: `query Product($id: ID!) {
  product(id: $id) {
    title: name
    state
    ...Card
  }
}
fragment Card on Product { price }
`,
  search: `query Search($filter: Filter) {
  search(filter: $filter) { ... on Product { id } ... on Shelf { name } }
}
`,
  dollars: 'query Dollars { product(id: "1", currency: USD) { id } }\n',
};

/** Its schema file after a change of the text; throws where there is no such text. */
export function changedShop(from: string, to: string): Record<string, string> {
  if (!shop.includes(from)) throw new Error(`the shop has no "${from}"`);
  return schemaFiles({ shop: shop.replace(from, to) });
}

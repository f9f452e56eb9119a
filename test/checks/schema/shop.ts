// The graph of a shop and its registered operations. They have an element of every kind that a change can break.
import type { Verdict } from '../../../checks/schema/report.ts';
import { checkRepository, openRepository, type Repository, schemaFiles } from './repository.ts';

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

/** A repository with the shop, for one test. */
export function openShop(): Repository {
  return openRepository({ shop }, operations);
}

/** Replaces text of the shop's schema and checks the change. Throws where the schema has no such text. */
export function checkChangedShop(
  repository: Repository,
  { from, to, allowUnused = false }: { from: string; to: string; allowUnused?: boolean },
): Promise<Verdict> {
  if (!shop.includes(from)) throw new Error(`the shop has no "${from}"`);
  repository.write(schemaFiles({ shop: shop.replace(from, to) }));
  return checkRepository(repository, { allowUnused });
}

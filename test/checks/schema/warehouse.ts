// Two subgraphs that know the same entity, and operations that select fields of both.
import { openRepository, type Repository } from './repository.ts';

export const products = `
type Query { product(id: ID!, state: State): Product }
type Product @key(fields: "id") { id: ID! name: String! available: Int! state: State! }
enum State { OPEN CLOSED }
`;
export const stock = 'type Product @key(fields: "id") { id: ID! shelf: String }\n';
export const operations = {
  product:
    'query Product($id: ID!, $state: State) { product(id: $id, state: $state) { name available shelf } }\n',
  state: 'query State { product(id: "1") { state } }\n',
};

/** A repository with the two subgraphs, or with others, for one test. */
export function openWarehouse(
  schemas: Readonly<Record<string, string>> = { products, stock },
  registered: Readonly<Record<string, string>> = operations,
): Repository {
  return openRepository(schemas, registered);
}

// What a running version of a subgraph cannot answer although it composes: found by the text of a fetch, by what is sent
// about entities and variables, and by what may come back.
import { describe, expect, test } from 'vitest';
import { buildMap, judgeDeployment, operationFiles, type Repository, schemaFiles } from './repository.ts';
import { openWarehouse, operations, products, stock } from './warehouse.ts';

describe('a running version cannot answer a fetch when', () => {
  const other = { extra: 'type Product @key(fields: "id") { id: ID! weight: Float! @shareable }\n' };

  /** What breaks when the new version runs and the gateway still has the old supergraph. */
  function findBreaksInNewVersion(repository: Repository, subgraph: string, sdl: string): string[] {
    repository.write(schemaFiles({ [subgraph]: sdl }));
    return judgeDeployment(repository, subgraph).lines.filter((line) => /^ {2}✗ \d+ {2}/.test(line));
  }

  test('it may answer null where the supergraph promises a value', () => {
    const repository = openWarehouse();
    expect(
      findBreaksInNewVersion(repository, 'products', products.replace('name: String!', 'name: String')),
    ).toEqual([
      '  ✗ 1  breaks Product (operations/product.graphql): products: Product.name is String there, not String!',
    ]);
  });

  test('it may answer an enum value that the supergraph does not know', () => {
    const repository = openWarehouse();
    expect(
      findBreaksInNewVersion(repository, 'products', products.replace('OPEN CLOSED', 'OPEN CLOSED GONE')),
    ).toEqual([
      '  ✗ 1  breaks State (operations/state.graphql): products: Product.state may answer GONE, which the supergraph does not know',
      // And the new supergraph lets clients send what the old version does not know.
      '  ✗ 2  breaks Product (operations/product.graphql): products: $state: it does not know State.GONE',
    ]);
  });

  test('it finds its entities by a key that is not sent', () => {
    const repository = openWarehouse({
      products: products
        .replace('@key(fields: "id")', '@key(fields: "id") @key(fields: "sku")')
        .replace('name:', 'sku: ID! name:'),
      stock,
    });
    const moved = 'type Product @key(fields: "sku") { sku: ID! shelf: String }\n';
    expect(findBreaksInNewVersion(repository, 'stock', moved)).toEqual([
      '  ✗ 1  breaks Product (operations/product.graphql): stock: It finds no Product by "id"',
      '  ✗ 2  breaks Product (operations/product.graphql): stock: It finds no Product by "sku"',
    ]);
  });

  test('it requires a field that the old supergraph does not send', () => {
    const repository = openWarehouse({ products, stock, ...other });
    const requiring =
      'type Product @key(fields: "id") { id: ID! weight: Float! @external shelf: String @requires(fields: "weight") }\n';
    const [line, ...more] = findBreaksInNewVersion(repository, 'stock', requiring);
    expect(line).toBe(
      '  ✗ 1  breaks Product (operations/product.graphql): stock: Product.shelf requires "weight", which is not sent',
    );
    expect(more).toEqual([]);
  });

  test('it requires an input field that the supergraph does not require', () => {
    const search = 'type Query { search(filter: Filter): ID }\ninput Filter { text: String }\n';
    const repository = openWarehouse(
      { search },
      {
        ...operations,
        product: 'query Search($filter: Filter) { search(filter: $filter) }',
        state: 'query Typename { __typename }',
      },
    );
    const lines = findBreaksInNewVersion(
      repository,
      'search',
      search.replace('text: String', 'text: String!'),
    );
    expect(lines).toEqual([
      '  ✗ 1  breaks Search (operations/product.graphql): search: $filter: it demands Filter.text',
    ]);
  });

  test('the subgraph does not run yet, or does not run any more', () => {
    const repository = openWarehouse();
    repository.write({
      'supergraph.yaml': buildMap(['products', 'stock', 'extra']),
      ...schemaFiles(other),
      ...operationFiles({ weight: 'query Weight { product(id: "1") { weight } }' }),
    });
    expect(judgeDeployment(repository, 'extra').lines).toContain(
      '  ✗ 1  breaks Weight (operations/weight.graphql): extra does not run',
    );
    expect(judgeDeployment(repository, 'extra').lines.at(-1)).toContain(
      'can be deployed, processes first, then the supergraph',
    );
    repository.commit();
    repository.write({
      'supergraph.yaml': buildMap(['products', 'stock']),
      'operations/weight.graphql': null,
    });
    const { passes, lines } = judgeDeployment(repository, 'extra');
    expect(passes).toBe(false);
    expect(lines.join('\n')).toContain('the supergraph: Cannot query field "weight" on type "Product"');
  });
});

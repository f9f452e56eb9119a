// Whether a subgraph can be deployed: every mixture of supergraph and running versions, what breaks in it, and which ways
// lead through the safe ones.
import { describe, expect, test } from 'vitest';
import { judgeDeployment, operationFiles, schemaFiles } from '../schema/repository.ts';
import { openWarehouse, products, stock } from '../schema/warehouse.ts';

describe('a field that moves with @override', () => {
  const taken = stock.replace('shelf: String', 'shelf: String available: Int! @override(from: "products")');
  const given = products.replace(' available: Int!', '');

  test('moves when the new owner runs it before the supergraph asks it', () => {
    const repository = openWarehouse();
    repository.write(schemaFiles({ stock: taken }));
    const { passes, lines } = judgeDeployment(repository, 'stock');
    expect(passes).toBe(true);
    expect(lines[0]).toMatch(/^Can stock be deployed\? the working tree against HEAD \([0-9a-f]{7}\)$/);
    expect(lines.slice(1)).toEqual([
      '',
      '  A  stock',
      '',
      '                   new versions that run',
      '  supergraph with  none  A',
      '  none             safe  safe',
      '  A                ✗ 1   safe',
      '',
      '  ✗ 1  breaks Product (operations/product.graphql): stock: Cannot query field "available" on type "Product"',
      '',
      '  stock now: processes first, then the supergraph',
      '',
      'stock: can be deployed, processes first, then the supergraph; 1 of 4 mixtures break something. Passed.',
    ]);
  });

  test('fails when every order must be safe', () => {
    const repository = openWarehouse();
    repository.write(schemaFiles({ stock: taken }));
    expect(judgeDeployment(repository, 'stock', { anyOrder: true })).toMatchObject({ passes: false });
  });

  test('cannot be dropped by the old owner before that, and can be dropped afterwards in any order', () => {
    const repository = openWarehouse();
    repository.write(schemaFiles({ stock: taken, products: given }));
    const { passes, lines } = judgeDeployment(repository, 'products');
    expect(passes).toBe(false);
    expect(lines.slice(2)).toEqual([
      '  A  products',
      '  B  stock',
      '',
      '                   new versions that run',
      '  supergraph with  none  A     B     AB',
      '  none             safe  ✗ 1   safe  ✗ 1',
      '  A                ✗ 2   ✗ 2   ✗ 2   ✗ 2',
      '  B                ✗ 3   ✗ 3   safe  safe',
      '  AB               ✗ 3   ✗ 3   safe  safe',
      '',
      '  ✗ 1  breaks Product (operations/product.graphql): products: Cannot query field "available" on type "Product"',
      '  ✗ 2  breaks Product (operations/product.graphql): the supergraph: Cannot query field "available" on type "Product"',
      '  ✗ 3  breaks Product (operations/product.graphql): stock: Cannot query field "available" on type "Product"',
      '',
      '  products now: not safe',
      '  products after stock: any order',
      '  everything:',
      '    1. roll out stock',
      '    2. publish the supergraph with stock',
      '    3. roll out products',
      '    4. publish the supergraph with products',
      '',
      'products: cannot be deployed now without breaking an operation; 10 of 16 mixtures break something. Failed.',
    ]);
  });

  test('can be dropped in any order once its new owner is deployed', () => {
    const repository = openWarehouse({ products, stock: taken });
    repository.write(schemaFiles({ products: given }));
    const { passes, lines } = judgeDeployment(repository, 'products', { anyOrder: true });
    expect(passes).toBe(true);
    expect(lines.at(-1)).toBe(
      'products: can be deployed, in any order; 0 of 4 mixtures break something. Passed.',
    );
  });
});

test('reports why a supergraph does not compose, and the commit of the file', () => {
  const repository = openWarehouse();
  repository.write(schemaFiles({ stock: stock.replace('shelf: String', 'shelf: String name: String!') }));
  const { passes, lines } = judgeDeployment(repository, 'stock');
  expect(passes).toBe(false);
  expect(lines).toContain('  A                ✗ 1   ✗ 1');
  expect(lines.find((line) => line.startsWith('  ✗ 1'))).toMatch(
    /does not compose: .*HEAD \([0-9a-f]{7}\):products\/schema\.graphql:\d+.*shareable/,
  );
});

test('reports that a subgraph with broken SDL does not start', () => {
  const repository = openWarehouse();
  repository.write(schemaFiles({ stock: stock.replace('String', 'Strnig') }));
  const { passes, lines } = judgeDeployment(repository, 'stock');
  expect(passes).toBe(false);
  expect(lines.join('\n')).toContain('stock does not start: ');
});

test('distinguishes up to three changed subgraphs, and groups the others when there are more', () => {
  const parts = ['a', 'b', 'c', 'd'];
  const sdl = (name: string, more = '') => `type Query { ${name}: Int ${more} }\n`;
  const repository = openWarehouse(Object.fromEntries(parts.map((name) => [name, sdl(name)])));
  repository.write({
    'operations/product.graphql': 'query All { a b c d }',
    'operations/state.graphql': null,
  });
  repository.commit();
  repository.write(schemaFiles({ a: sdl('a', 'a2: Int'), b: sdl('b', 'b2: Int'), c: sdl('c', 'c2: Int') }));
  const three = judgeDeployment(repository, 'b');
  expect(three.lines.slice(2, 8)).toEqual([
    '  A  b',
    '  B  a',
    '  C  c',
    '',
    '                   new versions that run',
    '  supergraph with  none  A     B     C     AB    AC    BC    ABC',
  ]);
  expect(three).toMatchObject({ passes: true });
  repository.write(schemaFiles({ d: sdl('d', 'd2: Int') }));
  expect(judgeDeployment(repository, 'b').lines.slice(2, 5)).toEqual(['  A  b', '  B  a, c, d', '']);
});

test('refuses a new operation that the whole change does not answer', () => {
  const repository = openWarehouse();
  repository.write({
    ...schemaFiles({ stock: stock.replace('shelf: String', 'shelf: String row: Int') }),
    ...operationFiles({
      row: 'query Row { product(id: "1") { row } }',
      weight: 'query Weight { product(id: "1") { weight } }',
    }),
  });
  const { passes, lines } = judgeDeployment(repository, 'stock');
  expect(passes).toBe(false);
  expect(lines.filter((line) => line.startsWith('  ✗'))).toEqual([
    '  ✗ 1  breaks Row (operations/row.graphql): stock: Cannot query field "row" on type "Product"',
    '  ✗ 2  breaks Weight (operations/weight.graphql): the supergraph: Cannot query field "weight" on type "Product"',
  ]);
});

test('passes when only layout, descriptions or another subgraph differ', () => {
  const repository = openWarehouse();
  repository.write(
    schemaFiles({
      stock: stock.replace('shelf', '"Where it lies." shelf').replaceAll(' { ', ' {\n\n'),
      products: products.replace('CLOSED', 'CLOSED GONE'),
    }),
  );
  expect(judgeDeployment(repository, 'stock')).toMatchObject({ passes: true });
  expect(judgeDeployment(repository, 'stock').lines.at(-1)).toBe(
    'stock: its schema means what the deployed one does; these differ: products. Passed.',
  );
});

test('names the subgraphs when it is asked for an unknown one', () => {
  const repository = openWarehouse();
  expect(() => judgeDeployment(repository, 'prodcts')).toThrow(
    'No subgraph is named "prodcts"; there are products, stock',
  );
});

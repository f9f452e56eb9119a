import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { productsOnSaleStatements } from '../../subgraphs/products/product.ts';
import { explainStatement } from '../platform/reads/explain.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { staff } from '../support/viewers.ts';
import { discontinue, onSale } from './catalogue.ts';

const products = subgraphTest('products');

const list = `query ($first: Int, $after: String, $filter: ProductFilter) {
  products(first: $first, after: $after, filter: $filter) {
    edges { cursor node { name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

interface Shown {
  edges: { cursor: string; node: { name: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}

async function listNames(variables: Record<string, unknown>): Promise<string[]> {
  const { edges }: Shown = (await products.data(list, variables)).products;
  return edges.map(({ node }) => node.name);
}

test('pages through the products on sale, newest first, each product once, with one statement for each page', async () => {
  for (const place of [1, 2, 3, 4, 5]) await onSale(products, { name: `Paged ${place}` });
  const { id } = await onSale(products, { name: 'Paged and gone' });
  await products.data(discontinue, { id }, staff());
  const filter = { nameContains: 'paged' };
  const pages: string[][] = [];
  const flags: boolean[][] = [];
  let after: string | null = null;
  for (let more = true; more; ) {
    const before = products.statements();
    const { edges, pageInfo }: Shown = (await products.data(list, { first: 2, after, filter })).products;
    expect(products.statements() - before).toBe(1);
    pages.push(edges.map(({ node }) => node.name));
    flags.push([pageInfo.hasPreviousPage, pageInfo.hasNextPage]);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges.at(0)?.cursor, edges.at(-1)?.cursor]);
    [more, after] = [pageInfo.hasNextPage, pageInfo.endCursor];
  }
  expect(pages).toEqual([['Paged 5', 'Paged 4'], ['Paged 3', 'Paged 2'], ['Paged 1']]);
  expect(flags).toEqual([
    [false, true],
    [true, true],
    [true, false],
  ]);
});

test('pages backwards from the end of the list, between two cursors too, with one statement for each page', async () => {
  for (const place of [1, 2, 3, 4, 5]) await onSale(products, { name: `Back ${place}` });
  const query = `query ($after: String, $before: String) {
    products(last: 2, after: $after, before: $before, filter: { nameContains: "Back " }) {
      edges { node { name } } pageInfo { hasPreviousPage hasNextPage startCursor }
    }
  }`;
  const read = async (bounds: { after?: string; before?: string }) => {
    const statements = products.statements();
    const { edges, pageInfo }: Shown = (await products.data(query, bounds)).products;
    expect(products.statements() - statements).toBe(1);
    const { hasPreviousPage, hasNextPage, startCursor } = pageInfo;
    return { names: edges.map(({ node }) => node.name), flags: [hasPreviousPage, hasNextPage], startCursor };
  };
  const end = await read({});
  expect(end).toMatchObject({ names: ['Back 2', 'Back 1'], flags: [true, false] });
  const middle = await read({ before: end.startCursor });
  expect(middle).toMatchObject({ names: ['Back 4', 'Back 3'], flags: [true, true] });
  expect(await read({ before: middle.startCursor })).toMatchObject({
    names: ['Back 5'],
    flags: [false, true],
  });
  const between = await read({ after: middle.startCursor, before: end.startCursor });
  expect(between).toMatchObject({ names: ['Back 3'], flags: [false, true] });
});

test('shows the products with given ids, also a discontinued one, newest first, with one statement', async () => {
  const [old, gone, fresh] = [await onSale(products), await onSale(products), await onSale(products)];
  await products.data(discontinue, { id: gone.id }, staff());
  const query = `query ($ids: [ID!], $first: Int, $filter: ProductFilter) {
    products(ids: $ids, first: $first, filter: $filter) { edges { node { id discontinuedAt } } }
  }`;
  const read = async (variables: Record<string, unknown>) => {
    const { edges } = (await products.data(query, variables)).products;
    return edges.map(({ node }: { node: { id: string } }) => node.id);
  };
  const ids = [gone.id, fresh.id, newId(), old.id.toUpperCase(), fresh.id];
  const before = products.statements();
  expect(await read({ ids })).toEqual([fresh.id, gone.id, old.id]);
  expect(products.statements() - before).toBe(1);
  expect(await read({ ids, filter: { sku: old.sku } })).toEqual([old.id]);
  expect(await read({ ids: [] })).toEqual([]);
  expect(await products.refusal(query, { ids: Array(21).fill(old.id) })).toBe('BAD_USER_INPUT');
  expect(await read({ ids: Array(21).fill(old.id), first: 21 })).toEqual([old.id]);
  const { errors } = await products.graphql(query, { ids: ['nothing', old.id, 'none'] });
  const problem = { code: 'BAD_USER_INPUT', message: '"ids" must be a UUID.' };
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    argument: 'ids',
    problems: [
      { path: ['ids', 0], ...problem },
      { path: ['ids', 2], ...problem },
    ],
  });
});

test('refuses first together with last', async () => {
  expect(await products.refusal('{ products(first: 1, last: 1) { edges { cursor } } }')).toBe(
    'BAD_USER_INPUT',
  );
});

test('finds a page by the index of its list, from both ends', async () => {
  for (const [form, direction] of [
    [0, 'Backward '],
    [16, ''],
  ] as const) {
    const plan = await explainStatement(products, productsOnSaleStatements[form]);
    expect(plan).toContain(`Index Scan ${direction}using product_id_idx`);
    expect(plan).not.toContain('Sort');
  }
});

test('shows 20 products by default, and up to 100', async () => {
  await products.sql(
    `INSERT INTO products.product (id, sku, name, description, price, currency, stock)
     SELECT gen_random_uuid(), 'PAGE-' || n, 'Sheet ' || n, '', 1, 'EUR', 1 FROM generate_series(1, 101) n`,
  );
  const filter = { nameContains: 'Sheet' };
  const shown = await products.data('{ products(filter: { nameContains: "Sheet" }) { edges { cursor } } }');
  expect(shown.products.edges).toHaveLength(20);
  expect(await listNames({ first: 100, filter })).toHaveLength(100);
});

test.each([0, -1, 101])('refuses a page of %i', async (first) => {
  expect(await products.refusal(list, { first })).toBe('BAD_USER_INPUT');
});

test.each([
  '',
  'nonsense',
  newId(),
  `${Buffer.from(newId()).toString('base64url')}=`,
  Buffer.from("' OR 1=1").toString('base64url'),
])('refuses the forged cursor %j', async (after) => {
  expect(await products.refusal(list, { first: 1, after })).toBe('BAD_USER_INPUT');
});

test('refuses a cursor of the list with another filter, and accepts it with the same filter in other words', async () => {
  for (const name of ['Kept 1', 'Kept 2']) await onSale(products, { name });
  const filter = { nameContains: 'Kept' };
  const { pageInfo: seen }: Shown = (await products.data(list, { first: 1, filter })).products;
  const after = seen.endCursor;
  expect(await listNames({ first: 9, after, filter: { sku: null, ...filter } })).toEqual(['Kept 1']);
  for (const other of [null, {}, { nameContains: 'Kep' }, { ...filter, inStock: true }])
    expect(await products.refusal(list, { first: 9, after, filter: other })).toBe('BAD_USER_INPUT');
});

test('returns an empty page after the last product', async () => {
  const filter = { sku: (await onSale(products)).sku };
  const { pageInfo: seen }: Shown = (await products.data(list, { first: 1, filter })).products;
  const after = seen.endCursor;
  const { products: page } = await products.data(list, { first: 5, after, filter });
  const pageInfo = { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null };
  expect(page).toEqual({ edges: [], pageInfo });
});

test('finds a part of a name in any letter case, and takes %, _ and \\ literally', async () => {
  const names = [
    'Sale: 50% off',
    'Sale: 50 kg',
    'Sale: A_B',
    'Sale: AxB',
    'Sale: C\\D',
    'Sale: CD',
    'Sale: ÉTÉ',
  ];
  for (const name of names) await onSale(products, { name });
  const containing = (nameContains: string) => listNames({ filter: { nameContains } });
  expect(await containing('sale: 50%')).toEqual(['Sale: 50% off']);
  expect(await containing('a_b')).toEqual(['Sale: A_B']);
  expect(await containing('c\\d')).toEqual(['Sale: C\\D']);
  expect(await containing('été')).toEqual(['Sale: ÉTÉ']);
  expect(await containing('SALE')).toEqual(names.toReversed());
});

test.each(['', 'x'.repeat(101), 'nul\u0000', 'two\nlines'])(
  'refuses to look for the name %j',
  async (nameContains) => {
    expect(await products.refusal(list, { filter: { nameContains } })).toBe('BAD_USER_INPUT');
  },
);

test('finds the product with exactly this SKU, not by a part of it or in another letter case', async () => {
  await onSale(products, { sku: 'EXACT-1', name: 'The one' });
  await onSale(products, { sku: 'EXACT-11', name: 'Not this one' });
  expect(await listNames({ filter: { sku: 'EXACT-1' } })).toEqual(['The one']);
  expect(await listNames({ filter: { sku: 'EXACT' } })).toEqual([]);
  expect(await products.refusal(list, { filter: { sku: 'exact-1' } })).toBe('BAD_USER_INPUT');
});

test('filters by whether a product is in stock, also together with other filters', async () => {
  await onSale(products, { name: 'Lamp, sold out', stock: 0 });
  await onSale(products, { name: 'Lamp, there', stock: 1 });
  const lamps = (inStock: boolean | null) => listNames({ filter: { nameContains: 'lamp', inStock } });
  expect(await lamps(true)).toEqual(['Lamp, there']);
  expect(await lamps(false)).toEqual(['Lamp, sold out']);
  expect(await lamps(null)).toEqual(['Lamp, there', 'Lamp, sold out']);
});

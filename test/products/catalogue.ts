// Operations, input and helpers for the tests of products. A test gives only the values of a product that matter to it.
import pg from 'pg';
import { inject } from 'vitest';
import { replaceDatabase } from '../../platform/database/provision.ts';
import { newId } from '../../platform/values/uuid.ts';
import { required } from '../support/required.ts';
import type { SubgraphUnderTest } from '../support/subgraph.ts';
import { service, staff } from '../support/viewers.ts';

export const createProduct = `mutation ($input: CreateProductInput!) {
  createProduct(input: $input) {
    id sku name description price { amount currency } stock createdAt discontinuedAt
  }
}`;
export const changePrice = `mutation ($id: ID!, $price: MoneyInput!) {
  changePrice(id: $id, price: $price) { id price { amount currency } }
}`;
export const restock =
  'mutation ($id: ID!, $quantity: Int!) { restock(id: $id, quantity: $quantity) { id stock } }';
export const discontinue = 'mutation ($id: ID!) { discontinue(id: $id) { id discontinuedAt } }';

const reservation = 'purchaseId status lines { productId name unitPrice { amount currency } quantity }';
export const reserveStock = `mutation ($input: ReserveStockInput!) { reserveStock(input: $input) { ${reservation} } }`;
export const commitStock = `mutation ($purchaseId: ID!) { commitStock(purchaseId: $purchaseId) { ${reservation} } }`;
export const releaseStock = `mutation ($purchaseId: ID!) { releaseStock(purchaseId: $purchaseId) { ${reservation} } }`;

export const purchases = service('purchases');
export const eur = (amount: string) => ({ amount, currency: 'EUR' });

let skuCount = 0;

/** Builds a CreateProductInput with a new SKU. */
export function product(given: Record<string, unknown> = {}) {
  skuCount += 1;
  return {
    sku: `TEST-${skuCount}`,
    name: 'Fountain pen',
    description: '',
    price: eur('12.50'),
    stock: 10,
    ...given,
  };
}

/** Puts a product on sale and returns it. */
export async function onSale(products: SubgraphUnderTest, given: Record<string, unknown> = {}) {
  return (await products.data(createProduct, { input: product(given) }, staff())).createProduct;
}

/** Puts a pen on sale with ten units in stock, and reserves some of them for a new purchase. */
export async function holdPens(products: SubgraphUnderTest, quantity: number) {
  const pen = await onSale(products);
  const input = { purchaseId: newId(), lines: [{ productId: pen.id, quantity }] };
  const { reserveStock: reservation } = await products.data(reserveStock, { input }, purchases);
  return { pen, reservation, purchaseId: input.purchaseId };
}

export async function getStock(products: SubgraphUnderTest, id: string): Promise<number> {
  return (await products.data('query ($id: ID!) { product(id: $id) { stock } }', { id })).product.stock;
}

export function getCodes(responses: readonly Awaited<ReturnType<SubgraphUnderTest['graphql']>>[]) {
  return responses.map(({ errors }) => errors?.[0]?.extensions?.code ?? 'done');
}

/** Opens a transaction beside the subgraph's. It holds its locks until `commit`, and counts the statements that wait for a lock. */
export async function openRivalTransaction(products: SubgraphUnderTest) {
  const [database] = await products.sql('SELECT current_database() AS name');
  const connectionString = replaceDatabase(inject('adminUrl'), required(database, 'a database').name);
  const [client, observer] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
  await Promise.all([client.connect(), observer.connect()]);
  await client.query('BEGIN');
  const waiting = async () => {
    const { rows } = await observer.query(
      `SELECT count(*)::integer AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0].waiting;
  };
  return {
    query: (text: string, params: unknown[] = []) => client.query(text, params),
    /** Resolves when this number of statements wait for a lock. */
    untilWaiting: async (count: number) => {
      while ((await waiting()) < count);
    },
    commit: async () => {
      await client.query('COMMIT');
      await Promise.all([client.end(), observer.end()]);
    },
  };
}

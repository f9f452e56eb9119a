// What the tests of products arrange and ask with: the operations, and a product of which only what matters is given.
import pg from 'pg';
import { inject } from 'vitest';
import { withDatabase } from '../../platform/database/provision.ts';
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

let made = 0;

/** A CreateProductInput with a SKU of its own. */
export function product(given: Record<string, unknown> = {}) {
  made += 1;
  return {
    sku: `TEST-${made}`,
    name: 'Fountain pen',
    description: '',
    price: eur('12.50'),
    stock: 10,
    ...given,
  };
}

/** Puts a product on sale and answers it. */
export async function onSale(products: SubgraphUnderTest, given: Record<string, unknown> = {}) {
  return (await products.data(createProduct, { input: product(given) }, staff())).createProduct;
}

export async function stockOf(products: SubgraphUnderTest, id: string): Promise<number> {
  return (await products.data('query ($id: ID!) { product(id: $id) { stock } }', { id })).product.stock;
}

export function codesOf(answers: readonly Awaited<ReturnType<SubgraphUnderTest['graphql']>>[]) {
  return answers.map(({ errors }) => errors?.[0]?.extensions?.code ?? 'done');
}

/** A transaction beside the subgraph's: it holds what it touches until `commit`, and tells how many wait for a lock. */
export async function rival(products: SubgraphUnderTest) {
  const [database] = await products.sql('SELECT current_database() AS name');
  const connectionString = withDatabase(inject('adminUrl'), required(database, 'a database').name);
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
    /** Resolves once this many statements wait. */
    untilWaiting: async (count: number) => {
      while ((await waiting()) < count);
    },
    commit: async () => {
      await client.query('COMMIT');
      await Promise.all([client.end(), observer.end()]);
    },
  };
}

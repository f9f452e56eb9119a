// The bench's clients: buyers who are signed in, each with a product of their own to buy from.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Pool } from 'undici';
import type { Ready } from './graph.ts';

export interface Buyer {
  token: string;
  accountId: string;
  productId: string;
}

export interface Client {
  ask: (query: string, variables?: unknown, token?: string) => Promise<Record<string, unknown>>;
  /** One checkout. Throws unless the purchase is COMPLETED. Answers its id. */
  buy: (buyer: Buyer) => Promise<string>;
  close: () => Promise<void>;
}

const purchase = 'mutation Buy($input: PurchaseInput!) { purchase(input: $input) { id status } }';

export function openClient(url: string, connections: number): Client {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections });
  const ask: Client['ask'] = async (query, variables = {}, token) => {
    const { body } = await pool.request({
      path: pathname,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await body.json()) as { data?: Record<string, unknown>; errors?: { message: string }[] };
    if (answer.errors !== undefined || answer.data === undefined)
      throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  };
  return {
    ask,
    buy: async ({ token, productId }) => {
      const lines = [{ productId, quantity: 1 }];
      const input = { lines, paymentToken: 'tok_approve', idempotencyKey: randomUUID() };
      const made = (await ask(purchase, { input }, token)).purchase as { id: string; status: string };
      if (made.status !== 'COMPLETED') throw new Error(`purchase ${made.id} is ${made.status}`);
      return made.id;
    },
    close: () => pool.close(),
  };
}

/** Signs up buyers, the first of them as staff, and gives each a well-stocked product. */
export async function createBuyers({ ask }: Client, ready: Ready, count: number): Promise<Buyer[]> {
  const password = 'correct horse battery';
  const made: Buyer[] = [];
  for (let index = 0; index < count; index += 1) {
    const email = `${randomUUID()}@example.com`;
    await ask('mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id } }', {
      input: { email, password, name: 'Ada' },
    });
    const { createSession } = await ask(
      'mutation ($input: CreateSessionInput!) { createSession(input: $input) { token account { id } } }',
      { input: { email, password } },
    );
    const { token, account } = createSession as { token: string; account: { id: string } };
    if (index === 0) await makeStaff(ready.urls.accounts ?? '', account.id);
    const input = {
      sku: randomUUID().toUpperCase(),
      name: 'Teapot',
      description: 'Pours well.',
      price: { amount: '12.50', currency: 'EUR' },
      stock: 1_000_000,
    };
    const { createProduct } = await ask(
      'mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }',
      { input },
      made[0]?.token ?? token,
    );
    made.push({ token, accountId: account.id, productId: (createProduct as { id: string }).id });
  }
  return made;
}

async function makeStaff(url: string, accountId: string): Promise<void> {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  await db.query(`UPDATE accounts.account SET roles = '{CUSTOMER,STAFF}' WHERE id = $1`, [accountId]);
  await db.end();
}

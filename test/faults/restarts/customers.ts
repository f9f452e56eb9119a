// Customers during restarts: some read a page that needs all four subgraphs, some buy. They repeat nothing: each response that is not
// complete is a failure.
import { randomUUID } from 'node:crypto';
import { query } from '../../support/databases.ts';
import type { Balancer, Version } from './balancer.ts';

// biome-ignore lint/suspicious/noExplicitAny: a response has the shape of its query
type Data = Record<string, any>;

export interface Counts {
  queries: number;
  purchases: number;
  /** Refunds that staff of the provider made, and events of the provider that payments answered. */
  refunds: number;
  events: number;
  /** What each failed request got. */
  failures: string[];
}

const signUp = 'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id } }';
const signIn = 'mutation ($input: CreateSessionInput!) { createSession(input: $input) { token } }';
const addProduct = 'mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }';
const buy = 'mutation ($input: PurchaseInput!) { purchase(input: $input) { id status } }';
const page = `{ me { name purchases(first: 3) { edges { node {
  status lines { quantity product { name stock } } payment { status } buyer { name }
} } } } }`;

/** Returns the data of a complete response. Throws an error that says what came instead. */
export async function ask(
  balancer: Balancer,
  text: string,
  variables: Data = {},
  token?: string,
  version?: Version,
): Promise<Data> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { 'content-type': 'application/json', ...authorization };
  const request = JSON.stringify({ query: text, variables });
  const { status, body } = await balancer.send('/graphql', request, headers, version);
  const { data, errors } = JSON.parse(body) as { data?: Data; errors?: unknown };
  if (status !== 200 || errors !== undefined || !data)
    throw new Error(`HTTP status ${status}: ${body.slice(0, 500)}`);
  return data;
}

/** Creates an account and returns a token of it. */
export async function createCustomer(balancer: Balancer, accountsUrl?: string): Promise<string> {
  const email = `${randomUUID()}@example.com`;
  const password = 'correct horse battery';
  const { createAccount } = await ask(balancer, signUp, { input: { email, password, name: 'Ada Lovelace' } });
  // With the URL of the database the account becomes a member of staff.
  if (accountsUrl !== undefined)
    await query(accountsUrl, `UPDATE accounts.account SET roles = '{CUSTOMER,STAFF}' WHERE id = $1`, [
      createAccount.id,
    ]);
  return (await ask(balancer, signIn, { input: { email, password } })).createSession.token;
}

export async function createProduct(balancer: Balancer, staffToken: string, stock: number): Promise<string> {
  const price = { amount: '12.50', currency: 'EUR' };
  const input = { sku: randomUUID().toUpperCase(), name: 'Teapot', description: '', price, stock };
  return (await ask(balancer, addProduct, { input }, staffToken)).createProduct.id;
}

/** Buys one product once, and returns the purchase as the response has it: it may still be under way. */
export async function buyOne(
  balancer: Balancer,
  token: string,
  productId: string,
  version?: Version,
): Promise<{ id: string; status: string }> {
  const lines = [{ productId, quantity: 1 }];
  const input = { lines, paymentToken: 'tok_approve', idempotencyKey: randomUUID() };
  return (await ask(balancer, buy, { input }, token, version)).purchase;
}

/** Customers ask until the signal aborts: `readers` read pages, and `buyers` buy. */
export async function useShop(
  balancer: Balancer,
  {
    token,
    productId,
    readers,
    buyers,
  }: { token: string; productId: string; readers: number; buyers: number },
  counts: Counts,
  signal: AbortSignal,
): Promise<void> {
  const repeat = async (act: () => Promise<void>) => {
    while (!signal.aborted) await act().catch((cause: unknown) => void counts.failures.push(String(cause)));
  };
  // Half of each over HTTP/1.1, and half over one connection of HTTP/2 to each gateway.
  const chooseVersion = (index: number): Version => (index % 2 === 0 ? 'HTTP/1.1' : 'HTTP/2');
  const read = (version: Version) => async () => {
    await ask(balancer, page, {}, token, version);
    counts.queries += 1;
  };
  const purchase = (version: Version) => async () => {
    await buyOne(balancer, token, productId, version);
    counts.purchases += 1;
  };
  await Promise.all([
    ...Array.from({ length: readers }, (_, index) => repeat(read(chooseVersion(index)))),
    ...Array.from({ length: buyers }, (_, index) => repeat(purchase(chooseVersion(index)))),
  ]);
}

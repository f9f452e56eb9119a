// The data of a first look: demo rows, a signed-in customer and one purchase. The customer signs in and buys through the graph,
// which proves that the graph works.

import type { Subgraph } from '../../platform/subgraph/subgraph.ts';
import { buy, findProducts, findPurchases, signIn } from './demo-operations.ts';
import type { Graph } from './graph.ts';

export const demoLogin = { email: 'ada@example.com', password: 'tributary demo' } as const;

/** What the demo data needs of a graph. */
export interface DemoGraph {
  gateway: Pick<Graph['gateway'], 'url'>;
  subgraphs: ReadonlyMap<string, Pick<Subgraph, 'demo'>>;
}

/** Writes the demo rows, makes one purchase when there is none, and returns a session token of the demo customer. */
export async function prepareDemo({ gateway, subgraphs }: DemoGraph): Promise<string> {
  await Promise.all([...subgraphs.values()].map((subgraph) => subgraph.demo()));
  const { createSession } = await request(gateway.url, signIn, { input: demoLogin });
  const { token } = createSession as { token: string };
  if (await hasBought(gateway.url, token)) return token;
  const { products } = await request(gateway.url, findProducts);
  const lines = (products as { edges: { node: { id: string } }[] }).edges.map(({ node }, index) => ({
    productId: node.id,
    quantity: index + 1,
  }));
  if (lines.length === 0) return token;
  // With one idempotency key, two starts at the same moment make one purchase.
  const input = { lines, paymentToken: 'tok_approve', idempotencyKey: 'demo' };
  await request(gateway.url, buy, { input }, token);
  return token;
}

async function hasBought(url: string, token: string): Promise<boolean> {
  const { me } = await request(url, findPurchases, {}, token);
  return (me as { purchases: { edges: unknown[] } }).purchases.edges.length > 0;
}

async function request(
  url: string,
  query: string,
  variables = {},
  token?: string,
): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const result = (await response.json()) as {
    data?: Record<string, unknown>;
    errors?: { message: string }[];
  };
  const [error] = result.errors ?? [];
  if (error !== undefined || !result.data)
    throw new Error(`the demo data cannot be written: ${error?.message}`);
  return result.data;
}

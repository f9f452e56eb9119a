// Runs the containers of docker-compose.yml without Docker, and proves that they start, respond and stop.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoLogin } from '../../local/graph/demo.ts';
import { demoQuery } from '../../local/graph/demo-operations.ts';
import { OpenResources } from '../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { root } from './compose-file.ts';
import { type Composition, type Container, composeUp } from './compose-up.ts';

// biome-ignore lint/suspicious/noExplicitAny: a response has the shape of its query
type Data = Record<string, any>;

describe('the containers of docker-compose.yml', () => {
  const resources = new OpenResources();
  let composition: Composition;
  beforeAll(async () => {
    composition = await composeUp(resources);
  }, 120_000);
  afterAll(async () => {
    expect(await resources.close()).toEqual([]);
  });

  const graphql = async (query: string, variables: Data = {}, token?: string): Promise<Data> => {
    const response = await fetch(`http://${composition.at('gateway:4000')}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  };

  test('start in the order of their dependencies, the gateway last', () => {
    const names = composition.running.map(({ name }) => name);
    const subgraphs = readSupergraphMap().subgraphs.map(({ name }) => name);
    expect([...names].sort()).toEqual([...subgraphs, 'gateway', 'payments-provider'].sort());
    expect(names.at(-1)).toBe('gateway');
  });

  test('sell products to a demo customer, and show the purchase in one response from four databases', async () => {
    const { createSession } = await graphql(
      'mutation ($input: CreateSessionInput!) { createSession(input: $input) { token } }',
      { input: demoLogin },
    );
    const { products } = await graphql(
      '{ products(first: 2, filter: { inStock: true }) { edges { node { id name stock price { amount } } } } }',
    );
    const [first, second]: Data[] = products.edges.map(({ node }: Data) => node);
    const lines = [
      { productId: first?.id, quantity: 1 },
      { productId: second?.id, quantity: 2 },
    ];
    const { purchase } = await graphql(
      'mutation ($input: PurchaseInput!) { purchase(input: $input) { status cancelReason } }',
      { input: { lines, paymentToken: 'tok_approve', idempotencyKey: 'containers' } },
      createSession.token,
    );
    expect(purchase).toEqual({ status: 'COMPLETED', cancelReason: null });

    const total = (Number(first?.price.amount) + 2 * Number(second?.price.amount)).toFixed(2);
    expect(await graphql(demoQuery, {}, createSession.token)).toEqual({
      me: {
        name: 'Ada Lovelace',
        purchases: {
          edges: [
            {
              node: {
                status: 'COMPLETED',
                total: { amount: total, currency: 'EUR' },
                payment: { status: 'CAPTURED' },
                lines: [
                  { quantity: 1, product: { name: first?.name, stock: first?.stock - 1 } },
                  { quantity: 2, product: { name: second?.name, stock: second?.stock - 2 } },
                ],
              },
            },
          ],
        },
      },
    });
  });

  test('stop on SIGTERM in reverse order: not ready immediately, and ended within 5 seconds', async () => {
    for (const container of composition.running.toReversed()) {
      const told = performance.now();
      container.child.kill('SIGTERM');
      expect(await becomesUnhealthy(container), `${container.name} stays ready`).toBe(true);
      expect(await container.exited, container.output()).toBe(0);
      expect(performance.now() - told, container.name).toBeLessThan(5_000);
      expect(await container.isHealthy()).toBe(false);
    }
  });
});

/** The first check may have started before the signal arrived. The second one starts after it. */
async function becomesUnhealthy(container: Container): Promise<boolean> {
  return !(await container.isHealthy()) || !(await container.isHealthy());
}

const hasCompose = spawnSync('docker-compose', ['version']).status === 0;

test.skipIf(!hasCompose)(
  'docker-compose accepts docker-compose.yml, with the variables of .env.example',
  () => {
    const { status, stderr } = spawnSync(
      'docker-compose',
      ['--env-file', '.env.example', 'config', '--quiet'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  },
);

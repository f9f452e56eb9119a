// npm start -- <name>: one subgraph alone, explored with the identities it prints.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { type RunningProcess, startProcess, waitForOutput } from '../support/processes.ts';
import { required } from '../support/required.ts';
import { temporaryFolder } from '../support/temporary.ts';

const dataDir = temporaryFolder();
let running: RunningProcess | undefined;
let url = '';

beforeAll(async () => {
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}/graphql`;
  running = startProcess(['commands/start.ts', 'products'], { DATA_DIR: dataDir, PORT: String(port) });
  await waitForOutput(running, 'the service purchases:');
});
afterAll(async () => {
  expect(await running?.stop()).toBe(0);
  rmSync(dataDir, { recursive: true, force: true });
});

async function ask(query: string, who?: string): Promise<{ status: number; body: unknown }> {
  const printed = required(running, 'started in beforeAll').output();
  const authorization = new RegExp(`^${who}:\\n {2}authorization: (.+)$`, 'm').exec(printed)?.[1];
  const headers = {
    'content-type': 'application/json',
    ...(authorization === undefined ? {} : { authorization }),
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return { status: response.status, body: await response.json() };
}

test('opens GraphiQL in a browser', async () => {
  const response = await fetch(url, { headers: { accept: 'text/html' } });
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toContain('GraphiQL');
});

test('answers each printed identity by its rights, and refuses a request without an identity', async () => {
  const release = 'mutation { releaseStock(purchaseId: "01a1fbfc-a7f8-7099-b7af-a3ca25b83092") { status } }';
  const restock = 'mutation { restock(id: "nothing", quantity: 1) { id } }';
  const refused = (code: string) => ({ status: 200, body: { errors: [{ extensions: { code } }] } });
  expect(await ask('{ products(first: 1) { edges { node { name } } } }', 'a visitor')).toMatchObject({
    status: 200,
    body: { data: { products: { edges: [{ node: { name: expect.any(String) } }] } } },
  });
  expect(await ask(restock, 'a visitor')).toMatchObject(refused('UNAUTHENTICATED'));
  expect(await ask(restock, 'staff')).toMatchObject(refused('PRODUCT_NOT_FOUND'));
  expect(await ask(release, 'staff')).toMatchObject(refused('FORBIDDEN'));
  expect(await ask(release, 'the service gateway')).toMatchObject(refused('FORBIDDEN'));
  expect(await ask(release, 'the service purchases')).toMatchObject({
    body: { data: { releaseStock: { status: 'RELEASED' } } },
  });
  expect((await ask('{ __typename }')).status).toBe(401);
});

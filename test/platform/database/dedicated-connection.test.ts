// A connection outside of the pool. What happens to it when its server falls silent is tested in test/purchases/sign-of-life.test.ts.
import pg from 'pg';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { openDedicatedConnection } from '../../../platform/database/dedicated-connection.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open() {
  const connection = await openDedicatedConnection({
    subgraph: 'pg_catalog',
    url: inject('adminUrl'),
    applicationName: 'tributary test',
    timeoutMs: 5_000,
  });
  closers.push(connection.close);
  return connection;
}

test('sends a statement when the one before it was answered, also after one that failed', async () => {
  const connection = await open();
  let running = 0;
  let mostAtOnce = 0;
  const send = pg.Client.prototype.query as (...input: unknown[]) => Promise<unknown>;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(async function (
    this: pg.Client,
    ...input: unknown[]
  ) {
    running += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    try {
      return await send.apply(this, input);
    } finally {
      running -= 1;
    }
  } as never);
  const results = await Promise.allSettled([
    connection.query('SELECT 1 AS one'),
    connection.query('SELECT 1 / 0'),
    connection.query('SELECT $1::integer AS two', [2]),
  ]);
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
    [{ one: 1 }],
    'failed',
    [{ two: 2 }],
  ]);
  expect(mostAtOnce).toBe(1);
});

test('tells with its cause that the server has ended it, and does not end the process', async () => {
  const [connection, other] = [await open(), await open()];
  await other.query('SELECT pg_terminate_backend($1)', [connection.processId]);
  await expect.poll(() => connection.lost.aborted).toBe(true);
  expect(connection.lost.reason).toMatchObject({ code: '57P01' });
  await expect(connection.query('SELECT 1')).rejects.toThrow();
});

// A connection pooler before the databases. In session mode the graph works. One that shares sessions between transactions is refused
// at start, in one sentence.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import type { Client } from '../../../platform/database/client.ts';
import { connect } from '../../../platform/database/connect.ts';
import { openDataSource } from '../../../platform/database/data-source.ts';
import { refuseTransactionPooler } from '../../../platform/database/pooler.ts';
import { provision } from '../../../platform/database/provision.ts';
import { migrateUp } from '../../../platform/migrations/migrate.ts';
import { cloneDatabase } from '../../support/databases.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';
import { placeDatabases } from '../../support/topology.ts';
import { openWorld } from '../../support/world.ts';
import { type PgBouncerOptions, pgbouncerIsMissing, startPgBouncer } from './pgbouncer.ts';

let clone: Awaited<ReturnType<typeof cloneDatabase>> | undefined;
const urls = () => {
  const { runtime, owner, admin } = required(clone, 'cloned').urls;
  return { runtime, owner, admin };
};
beforeAll(async () => {
  clone = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' });
});
afterAll(async () => {
  await clone?.drop();
});

/** A pooler before the test server, which lets these URLs in. Returns the same URLs with its address. */
async function pool<Kind extends string>(
  to: Readonly<Record<Kind, string>>,
  options: Pick<PgBouncerOptions, 'mode' | 'settings'>,
): Promise<{ pooled: Record<Kind, string>; stop: () => Promise<void> }> {
  const parsed = Object.entries<string>(to).map(([kind, url]) => [kind, new URL(url)] as const);
  const passwords = new Map(parsed.map(([, { username, password }]) => [username, password]));
  const serverPort = Number(parsed[0]?.[1].port);
  const { port, stop } = await startPgBouncer({ ...options, serverPort, passwords });
  const pooled = parsed.map(([kind, url]) => {
    url.port = String(port);
    return [kind, url.href];
  });
  return { pooled: Object.fromEntries(pooled) as Record<Kind, string>, stop };
}

const settings = { subgraph: 'accounts', tables: [], migrations: [], poolSize: 2, log: silent };
const sentence = (url: string, role = 'accounts') =>
  `The database of accounts (${new URL(url).host}${new URL(url).pathname}, role ${role}) cannot be opened: a connection pooler stands ` +
  'before it that gives each transaction another session (transaction pooling), which is not supported. ' +
  'Put the address of PostgreSQL itself into the URL, or set the pooler to session pooling';

test('finds no pooler before the server itself, and opens no second connection', async () => {
  const client = await connect({ subgraph: 'accounts', url: urls().runtime, applicationName: 'test' });
  onTestFinished(() => client.end());
  expect(client.isPooled).toBe(false);
  await refuseTransactionPooler(client, () => {
    throw new Error('not needed');
  });
});

describe.skipIf(pgbouncerIsMissing !== undefined)(pgbouncerIsMissing ?? 'PgBouncer', () => {
  test.each([
    ['transaction', {}],
    ['transaction', { server_round_robin: '1', min_pool_size: '4' }],
    ['statement', {}],
  ] as const)('with pool_mode = %s and %o is refused by all that open a database', async (mode, more) => {
    const { pooled, stop } = await pool(urls(), { mode, settings: more });
    onTestFinished(stop);
    const definition = { name: 'accounts', tables: [], migrations: [] };
    await expect(openDataSource({ ...settings, url: pooled.runtime })).rejects.toThrow(
      sentence(pooled.runtime),
    );
    await expect(migrateUp(definition, pooled, silent)).rejects.toThrow(
      sentence(pooled.owner, 'accounts_owner'),
    );
    await expect(provision('accounts', pooled)).rejects.toThrow(sentence(pooled.admin, 'postgres'));
  });

  test('is recognised while other clients keep its sessions busy', async () => {
    const { pooled, stop } = await pool(urls(), { mode: 'transaction' });
    onTestFinished(stop);
    const open = (): Promise<Client> =>
      connect({ subgraph: 'accounts', url: pooled.runtime, applicationName: 'test' });
    const busy = await Promise.all(Array.from({ length: 6 }, open));
    let isOver = false;
    const work = busy.map(async (client) => {
      while (!isOver) await client.query('SELECT 1');
    });
    for (let attempt = 0; attempt < 10; attempt += 1)
      await expect(openDataSource({ ...settings, url: pooled.runtime })).rejects.toThrow(
        sentence(pooled.runtime),
      );
    isOver = true;
    await Promise.all(work);
    await Promise.all(busy.map((client) => client.end()));
  });

  test('that refuses a parameter of the URL is told apart', async () => {
    const { pooled, stop } = await pool(urls(), { mode: 'session' });
    onTestFinished(stop);
    await expect(
      openDataSource({ ...settings, url: `${pooled.runtime}?options=-c%20geqo%3Doff` }),
    ).rejects.toThrow(
      'unsupported startup parameter: options. A connection pooler refuses this parameter of the URL: remove it',
    );
  });

  describe('with pool_mode = session', () => {
    const world = openWorld('one process', async () => {
      // Empty, so that the migrations go through the pooler as well.
      const placed = await placeDatabases('schemas');
      const flat = [...placed.urls].flatMap(([name, of]) =>
        Object.entries(of).map(([kind, url]) => [`${name} ${kind}`, url]),
      );
      const { pooled, stop } = await pool(Object.fromEntries(flat), { mode: 'session' });
      const find = (name: string, kind: string) => required(pooled[`${name} ${kind}`], kind);
      return {
        urls: new Map(
          [...placed.urls.keys()].map((name) => [
            name,
            { runtime: find(name, 'runtime'), owner: find(name, 'owner'), admin: find(name, 'admin') },
          ]),
        ),
        remove: async () => {
          await stop();
          await placed.remove();
        },
      };
    });

    test('serves the graph: sign-in, purchases at once, and the notices of changes', async () => {
      const session = await world.customer();
      const productId = await world.product({ stock: 12 });
      const read = async () =>
        (await world.data('query ($id: ID!) { product(id: $id) { stock } }', { id: productId })).product
          .stock;
      expect(await read()).toBe(12);
      const buy = () => ({
        input: {
          lines: [{ productId, quantity: 1 }],
          paymentToken: 'tok_approve',
          idempotencyKey: randomUUID(),
        },
      });
      const bought = await Promise.all(
        Array.from({ length: 12 }, () => world.data(purchase, buy(), session)),
      );
      expect(bought.map(({ purchase }) => purchase.status)).toEqual(Array(12).fill('COMPLETED'));
      expect(await read()).toBe(0);
    });
  });
});

const purchase = 'mutation ($input: PurchaseInput!) { purchase(input: $input) { status } }';

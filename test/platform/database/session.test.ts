// What a server, a database or a role may default otherwise: each connection sets what the project's SQL needs, and the graph works.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../../platform/database/client.ts';
import { connect } from '../../../platform/database/connect.ts';
import { provision } from '../../../platform/database/provision.ts';
import { getSessionSettings, type Work } from '../../../platform/database/session.ts';
import { query } from '../../support/databases.ts';
import { required } from '../../support/required.ts';
import { startOwnServer } from '../../support/topology.ts';
import { openWorld } from '../../support/world.ts';

/** Each setting that a connection needs, with a value that would break something. */
const otherwise: Readonly<Record<string, string>> = {
  client_encoding: 'LATIN1',
  DateStyle: 'German, DMY',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Asia/Kathmandu',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  quote_all_identifiers: 'on',
  row_security: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  idle_session_timeout: '5s',
  transaction_timeout: '5s',
  statement_timeout: '4s',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '100ms',
  plan_cache_mode: 'force_custom_plan',
  search_path: 'information_schema',
};

let server: Awaited<ReturnType<typeof startOwnServer>> | undefined;
const adminUrl = () => required(server, 'started').adminUrl;
const urls = () => required(server, 'started').urls;
const entries = Object.entries(otherwise);

beforeAll(async () => {
  server = await startOwnServer();
  for (const [name, own] of urls()) await provision(name, own);
});
afterAll(async () => {
  await server?.remove();
});

/** Where a default may be set, with the statements that set or reset one. A role's default comes before a database's and the server's. */
const places: Readonly<Record<string, (name: string) => string[]>> = {
  server: () => ['SYSTEM'],
  database: (name) => [`DATABASE ${name}`, 'DATABASE postgres'],
  role: (name) => [`ROLE ${name}`, `ROLE ${name}_owner`, 'ROLE postgres'],
};

async function alter(place: string, change: (name: string, value: string) => string): Promise<void> {
  const targets = new Set([...urls().keys()].flatMap((name) => required(places[place], place)(name)));
  const client = await connect({ ...administration(), subgraph: 'accounts' });
  try {
    for (const target of targets)
      for (const [name, value] of entries) await client.query(`ALTER ${target} ${change(name, value)}`);
    await client.query('SELECT pg_reload_conf()');
  } finally {
    await client.end();
  }
}

/** The server reads its file again a moment after pg_reload_conf. */
async function waitForDateStyle(wanted: string): Promise<void> {
  while ((await query(adminUrl(), 'SHOW DateStyle'))[0]?.DateStyle !== wanted) await sleep(10);
}

const administration = () =>
  ({ url: adminUrl(), applicationName: 'tributary test', work: 'administration' }) as const;

/** What a new connection of this kind of work has, by name. */
async function readSettings(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query(
    'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name',
    [Object.keys(otherwise)],
  );
  return Object.fromEntries(rows.map(({ name, value }: Record<string, string>) => [name, value]));
}

/** The URL that each kind of work connects with, and its settings as PostgreSQL prints them. */
const kinds: Readonly<
  Record<Work, { role: 'runtime' | 'owner' | 'admin'; expected: Record<string, string> }>
> = {
  queries: {
    role: 'runtime',
    expected: {
      statement_timeout: '15s',
      lock_timeout: '5s',
      idle_in_transaction_session_timeout: '15s',
      plan_cache_mode: 'force_generic_plan',
      search_path: '"accounts"',
    },
  },
  migrations: {
    role: 'owner',
    expected: {
      statement_timeout: '0',
      lock_timeout: '5s',
      idle_in_transaction_session_timeout: '0',
      plan_cache_mode: 'auto',
      search_path: '"accounts"',
    },
  },
  administration: {
    role: 'admin',
    expected: {
      statement_timeout: '0',
      lock_timeout: '0',
      idle_in_transaction_session_timeout: '0',
      plan_cache_mode: 'auto',
      search_path: 'pg_catalog',
    },
  },
};

const common = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  row_security: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  synchronous_commit: 'on',
  idle_session_timeout: '0',
  transaction_timeout: '0',
};

test('this file sets every setting otherwise that a connection needs', () => {
  const needed = Object.keys(getSessionSettings({ subgraph: 'accounts', work: 'queries' }));
  expect(Object.keys(otherwise).toSorted()).toEqual(needed.toSorted());
});

describe.each(Object.keys(places))('with other defaults of the %s', (place) => {
  beforeAll(async () => {
    await alter(place, (name, value) => `SET ${name} = '${value}'`);
    await waitForDateStyle(required(otherwise.DateStyle, 'listed'));
  });
  afterAll(async () => {
    await alter(place, (name) => `RESET ${name}`);
    await waitForDateStyle('ISO, MDY');
  });

  test.each(Object.entries(kinds))(
    'a connection for %s has what it needs',
    async (work, { role, expected }) => {
      const url = required(urls().get('accounts')?.[role], role);
      const client = await connect({
        subgraph: 'accounts',
        url,
        applicationName: 'test',
        work: work as Work,
      });
      try {
        expect(await readSettings(client)).toEqual({ ...common, ...expected });
      } finally {
        await client.end();
      }
    },
  );

  describe('the graph', () => {
    const world = openWorld('one process', async () => ({ urls: urls(), remove: async () => {} }));

    test('signs in, buys 40 times at once, and reads the dates of the 5th of November', async () => {
      const session = await world.customer();
      const productId = await world.product({ stock: 40, name: 'Käännös \\ "§" 中' });
      const buy = () => ({
        input: {
          lines: [{ productId, quantity: 1 }],
          paymentToken: 'tok_approve',
          idempotencyKey: randomUUID(),
        },
      });
      const bought = await Promise.all(
        Array.from({ length: 40 }, () => world.data(purchase, buy(), session)),
      );
      expect(bought.map(({ purchase }) => purchase.status)).toEqual(Array(40).fill('COMPLETED'));
      expect(
        await world.data('query ($id: ID!) { product(id: $id) { stock name } }', { id: productId }),
      ).toEqual({
        product: { stock: 0, name: 'Käännös \\ "§" 中' },
      });

      await world.sql('purchases', "UPDATE purchases.purchase SET created_at = '2026-11-05T01:02:03.004Z'");
      const { me } = await world.data(
        '{ me { purchases(first: 1) { edges { node { createdAt lines { name } } } } } }',
        {},
        session,
      );
      expect(me.purchases.edges[0].node).toEqual({
        createdAt: '2026-11-05T01:02:03.004Z',
        lines: [{ name: 'Käännös \\ "§" 中' }],
      });
    });
  });
});

const purchase = 'mutation ($input: PurchaseInput!) { purchase(input: $input) { status } }';

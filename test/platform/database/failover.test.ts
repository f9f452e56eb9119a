// A primary that becomes read-only under a running graph, and a real standby that is promoted in its place.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../local/postgres/cluster.ts';
import { connect } from '../../../platform/database/connect.ts';
import { OpenResources } from '../../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { startProxy, type TcpProxy } from '../../faults/proxy.ts';
import { buildDatabaseUrls, query } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openWorld } from '../../support/world.ts';

let primary: Cluster;
let standby: Cluster;
/** The address of the database, which leads to the primary or to the standby. */
let address: TcpProxy;

const world = openWorld('one process', async () => {
  const resources = new OpenResources();
  const folder = temporaryFolder();
  resources.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
  const optionsOf = (name: string) => ({ folder: join(folder, name), password: 'test', durable: false });
  const first = await startCluster(optionsOf('primary'));
  await first.stop();
  // A copy of the files of a stopped server is what pg_basebackup would make of a running one.
  const copy = join(folder, 'standby');
  execFileSync('cp', ['-a', first.folder, copy]);
  primary = await startCluster(optionsOf('primary'));
  resources.add('primary', () => primary.stop());
  writeFileSync(join(copy, 'standby.signal'), '');
  const { port, password } = new URL(primary.adminUrl);
  const source = `host=127.0.0.1 port=${port} user=postgres password=${password}`;
  appendFileSync(join(copy, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  standby = await startCluster(optionsOf('standby'));
  resources.add('standby', () => standby.stop());
  address = await startProxy(primary.port);
  resources.add('address', address.close);
  const adminUrl = primary.adminUrl.replace(`:${primary.port}/`, `:${new URL(address.url).port}/`);
  const names = readSupergraphMap().subgraphs.map(({ name }) => name);
  return {
    urls: new Map(names.map((name) => [name, buildDatabaseUrls(adminUrl, name, name)])),
    remove: async () => expect(await resources.close()).toEqual([]),
  };
});

const subgraphsAreUp = async () =>
  Promise.all([...world.subgraphs().values()].map(async ({ health }) => (await health()).database.up));
const allOf = (isUp: boolean) => [...world.subgraphs().values()].map(() => isUp);
const connections = async (server: Cluster) =>
  (
    await query(
      server.adminUrl,
      `SELECT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'tributary %' AND pid <> pg_backend_pid()`,
    )
  ).map(({ name }) => name);
const open = ({ adminUrl }: Cluster) =>
  connect({ subgraph: 'accounts', url: adminUrl, applicationName: 'test', work: 'administration' });
const isReplayed = `SELECT replay_lsn >= pg_current_wal_lsn() AS "isReplayed" FROM pg_stat_replication`;
const slowly = { timeout: 20_000, interval: 50 };

test('leaves a primary that takes no more writes, is not ready meanwhile, and writes to the next one', async () => {
  const session = await world.customer();
  const productId = await world.product({ stock: 50 });
  const buy = () =>
    world.graphql(
      'mutation ($input: PurchaseInput!) { purchase(input: $input) { status } }',
      {
        input: {
          lines: [{ productId, quantity: 1 }],
          paymentToken: 'tok_approve',
          idempotencyKey: randomUUID(),
        },
      },
      session,
    );
  expect((await buy()).data).toEqual({ purchase: { status: 'COMPLETED' } });
  await expect.poll(() => query(primary.adminUrl, isReplayed), slowly).toEqual([{ isReplayed: true }]);

  // The address moves, and the open connections stay with the old primary, which still answers reads.
  address.retarget(standby.port);
  await query(primary.adminUrl, 'ALTER SYSTEM SET default_transaction_read_only = on');
  await query(primary.adminUrl, 'SELECT pg_reload_conf()');
  while ((await query(primary.adminUrl, 'SHOW transaction_read_only'))[0]?.transaction_read_only !== 'on')
    await sleep(10);
  expect((await buy()).errors?.map(({ extensions }) => extensions.code)).toHaveLength(1);
  await expect.poll(subgraphsAreUp, slowly).toEqual(allOf(false));
  // A pool drops connections that are idle for ten seconds. The health checks keep one in use, as the traffic of a day does.
  const connectionsUnderTraffic = async () => {
    await subgraphsAreUp();
    return connections(primary);
  };
  await expect.poll(connectionsUnderTraffic, slowly).toEqual([]);
  // The standby answers, and is no place for writes yet.
  expect(await subgraphsAreUp()).toEqual(allOf(false));
  await expect(open(standby)).rejects.toThrow('cannot be opened: it is a standby, which takes no writes');
  await expect(open(primary)).rejects.toThrow(
    'cannot be opened: it takes no writes, because default_transaction_read_only is on',
  );

  await query(standby.adminUrl, 'SELECT pg_promote()');
  await expect.poll(subgraphsAreUp, slowly).toEqual(allOf(true));
  await expect.poll(async () => (await buy()).data, slowly).toEqual({ purchase: { status: 'COMPLETED' } });
  expect(await connections(primary)).toEqual([]);
});

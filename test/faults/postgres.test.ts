// kill -9 of PostgreSQL under load, several times: after each restart it has all acknowledged transactions, and the services
// reconnect by themselves. The cluster is durable, as in production.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../local/postgres/cluster.ts';
import { provision } from '../../platform/database/provision.ts';
import { OpenResources } from '../../platform/process/shutdown.ts';
import { buildDatabaseUrls, query } from '../support/databases.ts';
import { createRandom } from '../support/random.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { buyOneAfterAnother } from './buyers.ts';
import { findViolations, waitUntilAllEnded } from './clients.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { type Services, startServices, subgraphs } from './services.ts';

const resources = new OpenResources();
const folder = temporaryFolder();
const options = { folder: join(folder, 'postgres'), password: 'test', durable: true };
let cluster: Cluster;
/** The fixed address of PostgreSQL for the services: its own port changes with each start. */
let proxy: TcpProxy;
let services: Services;

beforeAll(async () => {
  resources.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
  cluster = await startCluster(options);
  resources.add('PostgreSQL', () => cluster.stop());
  const { adminUrl } = cluster;
  for (const name of subgraphs) await provision(name, buildDatabaseUrls(adminUrl, name, name));
  proxy = await startProxy(cluster.port);
  resources.add('door', proxy.close);
  const proxiedUrl = adminUrl.replace(`:${cluster.port}/`, `:${new URL(proxy.url).port}/`);
  const urls = new Map(subgraphs.map((name) => [name, buildDatabaseUrls(proxiedUrl, name, name)]));
  services = await startServices({ urls, settings: { PURCHASES_WAIT_MS: '2000' } });
  resources.add('services', services.close);
});

afterAll(async () => {
  expect(await resources.close()).toEqual([]);
});

/** Kills the postmaster and waits for its children to end: only then may another postmaster use the same files. */
async function killPostmaster(): Promise<void> {
  const pid = Number(readFileSync(join(cluster.folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const children = listChildren(pid);
  process.kill(pid, 'SIGKILL');
  for (let waited = 0; waited < 10_000; waited += 20) {
    const living = new Set(listProcesses().map((one) => one.pid));
    if (!children.some((child) => living.has(child))) return;
    await sleep(20);
  }
  throw new Error('children of PostgreSQL still run');
}

function listChildren(parent: number): number[] {
  return listProcesses()
    .filter((one) => one.parent === parent)
    .map((one) => one.pid);
}

/** Lists processes without zombies, which hold no resources. */
function listProcesses(): { pid: number; parent: number }[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  return list
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state = '']) => !state.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

/** A slow machine needs longer for as many purchases. */
async function countEnded(): Promise<number> {
  const ended = `SELECT count(*)::int AS ended FROM purchases.purchase WHERE status IN ('COMPLETED', 'CANCELLED')`;
  return (await query(services.databases('purchases').owner, ended))[0].ended;
}

test('loses no purchase when PostgreSQL is killed three times under load', {
  timeout: 90_000,
}, async () => {
  const random = createRandom(4);
  const end = new AbortController();
  const products = [await services.product(100_000)];
  const buying = Array.from({ length: 4 }, (_, buyer) =>
    buyOneAfterAnother(services, random.fork(`${buyer}`), { products, instances: ['purchases'] }, end.signal),
  );
  for (let times = 0; times < 3; times += 1) {
    await sleep(random.between(600, 1_200));
    await killPostmaster();
    cluster = await startCluster(options);
    proxy.retarget(cluster.port);
  }
  await expect.poll(countEnded, { timeout: 30_000 }).toBeGreaterThan(20);
  end.abort();
  const heard = (await Promise.all(buying)).flat();
  await waitUntilAllEnded(services.databases('purchases').owner, 40_000);
  expect(await findViolations(services, heard)).toEqual([]);
  expect(heard.length).toBeGreaterThan(5);
});

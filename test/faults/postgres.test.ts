// kill -9 of PostgreSQL itself, under load, again and again: what it acknowledged is there when it comes back, and the
// services find their way back to it by themselves. The cluster is a durable one, as people have it.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../local/postgres/cluster.ts';
import { provision } from '../../platform/database/provision.ts';
import { OpenResources } from '../../platform/process/shutdown.ts';
import { buildDatabaseUrls } from '../support/databases.ts';
import { createRandom } from '../support/random.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { buyOneAfterAnother } from './buyers.ts';
import { findViolations, waitUntilAllEnded } from './clients.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { type Services, startServices, subgraphs } from './services.ts';

const opened = new OpenResources();
const folder = temporaryFolder();
const options = { folder: join(folder, 'postgres'), password: 'test', durable: true };
let cluster: Cluster;
/** Where PostgreSQL is for everybody else: its own port changes with each start. */
let proxy: TcpProxy;
let services: Services;

beforeAll(async () => {
  opened.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
  cluster = await startCluster(options);
  opened.add('PostgreSQL', () => cluster.stop());
  const { adminUrl } = cluster;
  for (const name of subgraphs) await provision(name, buildDatabaseUrls(adminUrl, name, name));
  proxy = await startProxy(cluster.port);
  opened.add('door', proxy.close);
  const proxiedUrl = adminUrl.replace(`:${cluster.port}/`, `:${new URL(proxy.url).port}/`);
  const urls = new Map(subgraphs.map((name) => [name, buildDatabaseUrls(proxiedUrl, name, name)]));
  services = await startServices({ urls, settings: { PURCHASES_WAIT_MS: '2000' } });
  opened.add('services', services.close);
});

afterAll(async () => {
  expect(await opened.close()).toEqual([]);
});

/** SIGKILL to the postmaster; its children notice and end, and only then may another one use the same files. */
async function killPostmaster(): Promise<void> {
  const pid = Number(readFileSync(join(cluster.folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const children = listChildren(pid);
  process.kill(pid, 'SIGKILL');
  for (let waited = 0; waited < 10_000; waited += 20) {
    const living = new Set(listProcesses().map((one) => one.pid));
    if (!children.some((child) => living.has(child))) return;
    await sleep(20);
  }
  throw new Error('children of PostgreSQL live on');
}

function listChildren(parent: number): number[] {
  return listProcesses()
    .filter((one) => one.parent === parent)
    .map((one) => one.pid);
}

/** Zombies do not count: they hold nothing. */
function listProcesses(): { pid: number; parent: number }[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  return list
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state = '']) => !state.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

test('loses nothing when PostgreSQL is killed three times while people buy', {
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
  await sleep(500);
  end.abort();
  const heard = (await Promise.all(buying)).flat();
  await waitUntilAllEnded(services, 40_000);
  expect(await findViolations(services, heard)).toEqual([]);
  expect(heard.length).toBeGreaterThan(5);
});

// Instances of subgraphs and of the gateway as processes, each with variables of its own, over databases that they share. A test starts
// the instances that it needs; what it does not start is down.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { provision } from '../../platform/database/provision.ts';
import { newKeyPair } from '../../platform/identity/signed-identity.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import { OpenResources } from '../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import {
  buildVariables,
  type RunningProcess,
  startProcess,
  type Variables,
  waitUntilReady,
} from '../support/processes.ts';
import { required } from '../support/required.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type PlacedDatabases, placeDatabases } from '../support/topology.ts';
import { readHealth } from '../support/viewers.ts';

export interface Instance extends RunningProcess {
  /** The URL of its operations. */
  url: string;
  readiness: () => Promise<{ status: number; body: Record<string, unknown> }>;
}

export interface Deployment {
  keys: Readonly<Record<'gateway' | 'products' | 'purchases', ReturnType<typeof newKeyPair>>>;
  /** Starts an instance and waits until it answers, whether it is ready or not. */
  start: (name: string, variables?: Variables) => Promise<Instance>;
  /** Starts `node <args>` with the variables of an instance, and does not wait. */
  run: (name: string, variables?: Variables) => { running: RunningProcess; origin: string };
  /** The URLs of a subgraph's database, with that of the administrator. */
  urlsOf: (name: string) => DatabaseUrls & { admin: string };
  /** The folder of this deployment, which goes with it. */
  folder: string;
}

/** Provisions databases for the tests of the current file, and ends all instances after them. */
export function openDeployment(place = () => placeDatabases('databases')): Deployment {
  const keys = { gateway: newKeyPair(), products: newKeyPair(), purchases: newKeyPair() };
  const resources = new OpenResources();
  const folder = temporaryFolder();
  const names = readSupergraphMap().subgraphs.map(({ name }) => name);
  const ports: number[] = [];
  let placed: PlacedDatabases | undefined;
  beforeAll(async () => {
    placed = await place();
    resources.add('databases', placed.remove);
    resources.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
    for (const [name, urls] of placed.urls) await provision(name, urls);
    // One more than the instances that one test file starts, because the first is the port at which nobody listens.
    for (let count = 0; count < 24; count += 1) ports.push(await findFreePort());
  });
  afterAll(async () => {
    const [failure] = await resources.close();
    if (failure !== undefined) throw new Error(`${failure.name} did not end`, { cause: failure.cause });
  });
  const configure = (name: string): Variables => {
    const down = `http://127.0.0.1:${ports[0]}/graphql`;
    const routes = names.map((other) => [other, down] as const);
    const databases = placed?.urls ?? new Map();
    return {
      ...buildVariables(name, { keys: new Map(Object.entries(keys)), routes, databases }),
      DATA_DIR: folder,
    };
  };
  const run: Deployment['run'] = (name, variables = {}) => {
    const port = variables.PORT ?? String(required(ports.pop(), 'there are ports for all instances'));
    const args = name === 'gateway' ? ['commands/gateway.ts'] : ['commands/subgraph.ts', name];
    const running = startProcess(args, { ...configure(name), ...variables, PORT: port });
    resources.add(name, async () => void (await running.stop()));
    return { running, origin: `http://127.0.0.1:${port}` };
  };
  const start: Deployment['start'] = async (name, variables) => {
    const { running, origin } = run(name, variables);
    await waitUntilReady(`${origin}/health/live`, running);
    const readiness = async () => {
      const response = await readHealth(origin);
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    return { ...running, url: `${origin}/graphql`, readiness };
  };
  const urlsOf = (name: string) => required(placed?.urls.get(name), `${name} has a database`);
  return { keys, start, run, urlsOf, folder };
}

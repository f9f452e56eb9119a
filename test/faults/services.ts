// The shop as processes that tests kill and freeze: products, payments, purchases (one or two instances) and the provider.
// Each runs the command of its container on a fixed port, so that the others find it again after a restart.
// Clients call purchases as the gateway would, with signed identities. There is no gateway, because it has no state to lose.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { createSigner, newKeyPair, readPrivateKey } from '../../platform/identity/signed-identity.ts';
import type { Viewer } from '../../platform/identity/viewer.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import { newAccountId, newSessionId } from '../../platform/values/ids.ts';
import { buildVariables, type RunningProcess, startProcess, type Variables } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary.ts';

export const subgraphs = ['products', 'payments', 'purchases'] as const;
export type SubgraphName = (typeof subgraphs)[number];
export type ServiceName = 'provider' | 'products' | 'payments' | 'purchases' | 'purchases-2';

// biome-ignore lint/suspicious/noExplicitAny: a response has the shape of its query
type Data = Record<string, any>;

export interface ServiceResponse {
  data?: Data | null;
  errors?: { message: string; extensions: { code: string } }[];
}

export interface Services {
  names: readonly ServiceName[];
  /** Starts a service and waits until it is alive. */
  start: (name: ServiceName) => Promise<void>;
  /** Kills the service the next time it reaches this crash point (platform/process/crash-point.ts, without the service's name). */
  killAt: (name: ServiceName, point: string) => void;
  /** Sends SIGKILL and waits for the end of the process. */
  kill: (name: ServiceName) => Promise<void>;
  /** Sends SIGTERM and waits for the end of the process; throws unless its exit code is 0. */
  stop: (name: ServiceName) => Promise<void>;
  /** Sends a signal to a running process. */
  signal: (name: ServiceName, signal: NodeJS.Signals) => void;
  /** Resolves with the signal that ended the process; rejects when it still runs after 15 seconds. */
  waitForExit: (name: ServiceName) => Promise<NodeJS.Signals | null>;
  isRunning: (name: ServiceName) => boolean;
  output: (name: ServiceName) => string;
  port: (name: ServiceName) => number;
  /** Rejects when there is no GraphQL response. */
  ask: (
    name: ServiceName,
    query: string,
    variables: Data,
    viewer: Viewer,
    signal?: AbortSignal,
  ) => Promise<ServiceResponse>;
  /** Creates a product on sale, and returns its id. */
  product: (stock: number) => Promise<string>;
  provider: { url: string; key: string };
  databases: (name: SubgraphName) => DatabaseUrls;
  /** The stock of each product before the first purchase. */
  initialStock: ReadonlyMap<string, number>;
  close: () => Promise<void>;
}

export interface ServicesOptions {
  /** Databases that are provisioned, or also migrated. */
  urls: ReadonlyMap<SubgraphName, DatabaseUrls>;
  instances?: 1 | 2;
  /** Returns the URL at which other services call a service; by default it leads to the service's own port. */
  routes?: (name: ServiceName, port: number) => Promise<string>;
  settings?: Variables;
  /** The provider posts its events to payments. Without it, payments learns of a change only when it asks. */
  withEvents?: boolean;
}

const root = join(import.meta.dirname, '../..');

/** Starts the provider and every subgraph. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const names: ServiceName[] = ['provider', 'products', 'payments', 'purchases'];
  if (options.instances === 2) names.push('purchases-2');
  const ports = new Map<ServiceName, number>();
  for (const name of names) ports.set(name, await findFreePort());
  const port = (name: ServiceName) => ports.get(name) ?? 0;
  const route = options.routes ?? (async (_name, target) => `http://127.0.0.1:${target}`);
  const folder = temporaryFolder();
  const key = randomBytes(16).toString('hex');
  const keys = new Map<string, ReturnType<typeof newKeyPair>>();
  for (const name of ['gateway', ...subgraphs]) keys.set(name, newKeyPair());
  const paymentsUrl = await route('payments', port('payments'));
  const events: Variables = {
    PAYMENTS_WEBHOOK_SECRET: randomBytes(16).toString('hex'),
    PAYMENTS_SANDBOX_WEBHOOK_URL: `${paymentsUrl}/webhooks/payments/provider`,
  };
  const routes = [
    ['products', `${await route('products', port('products'))}/graphql`],
    ['payments', `${paymentsUrl}/graphql`],
    ['purchases', `http://127.0.0.1:${port('purchases')}/graphql`],
  ] as const;
  const common: Variables = {
    DATABASE_POOL_SIZE: '5',
    PAYMENTS_PROVIDER_URL: await route('provider', port('provider')),
    PAYMENTS_PROVIDER_KEY: key,
    PAYMENTS_SANDBOX_PORT: String(port('provider')),
    PURCHASES_SWEEP_MS: '50',
    // The folder of the whole run when there is one: test/support/processes.ts.
    NODE_COMPILE_CACHE: process.env.TEST_COMPILED_CODE ?? join(folder, 'compiled'),
    ...(options.withEvents === true ? events : {}),
    ...options.settings,
  };
  const buildCommand = (name: ServiceName): { args: string[]; variables: Variables } => {
    const dataFolder = join(folder, name);
    mkdirSync(dataFolder, { recursive: true });
    const subgraph = name === 'provider' ? undefined : getSubgraph(name);
    const variables = {
      ...buildVariables(subgraph ?? name, { keys, routes, databases: options.urls }),
      ...common,
      PORT: String(port(name)),
      DATA_DIR: dataFolder,
    };
    const args =
      subgraph === undefined ? ['subgraphs/payments/sandbox/start.ts'] : ['commands/subgraph.ts', subgraph];
    return { args, variables };
  };
  const getUrls = (name: SubgraphName): DatabaseUrls => {
    const urls = options.urls.get(name);
    if (urls === undefined) throw new Error(`${name} has no database`);
    return urls;
  };

  const getCrashPointFile = (name: ServiceName) => join(folder, `${name}.kill-at`);
  const running = new Map<ServiceName, RunningProcess>();
  const getProcess = (name: ServiceName): RunningProcess => {
    const found = running.get(name);
    if (found === undefined) throw new Error(`${name} was never started`);
    return found;
  };
  const sign = createSigner('gateway', readPrivateKey(keys.get('gateway')?.privateKey ?? ''));
  const initialStock = new Map<string, number>();

  const services: Services = {
    names,
    start: async (name) => {
      const { args, variables } = buildCommand(name);
      writeFileSync(getCrashPointFile(name), '');
      const started = startProcess(args, { ...variables, TEST_KILL_AT: `@${getCrashPointFile(name)}` }, root);
      running.set(name, started);
      await waitUntilAlive(`http://127.0.0.1:${port(name)}/health/live`, started);
    },
    killAt: (name, point) => {
      const next = `${getCrashPointFile(name)}~`;
      writeFileSync(next, `${getSubgraph(name)}: ${point}`);
      renameSync(next, getCrashPointFile(name));
    },
    kill: async (name) => {
      await getProcess(name).stop('SIGKILL');
    },
    stop: async (name) => {
      const code = await getProcess(name).stop();
      if (code !== 0) throw new Error(`${name} ended with ${code}: ${getProcess(name).output()}`);
    },
    signal: (name, signal) => {
      getProcess(name).child.kill(signal);
    },
    waitForExit: async (name) => {
      const { child } = getProcess(name);
      for (let waited = 0; waited < 15_000 && isAlive(child); waited += 10) await sleep(10);
      if (isAlive(child)) throw new Error(`${name} still runs`);
      return child.signalCode;
    },
    isRunning: (name) => isAlive(getProcess(name).child),
    output: (name) => running.get(name)?.output() ?? '',
    port,
    ask: async (name, query, variables, viewer, signal) => {
      const response = await fetch(`http://127.0.0.1:${port(name)}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await sign(getSubgraph(name), viewer)}`,
        },
        body: JSON.stringify({ query, variables }),
        signal: signal ?? AbortSignal.timeout(20_000),
      });
      return (await response.json()) as ServiceResponse;
    },
    product: async (stock) => {
      const input = { ...teapot, sku: randomUUID().toUpperCase(), stock };
      const { data, errors } = await services.ask('products', createProduct, { input }, staff);
      if (errors !== undefined) throw new Error(`no product: ${errors[0]?.message}`);
      const { id } = data?.createProduct ?? {};
      initialStock.set(id, stock);
      return id;
    },
    provider: { url: `http://127.0.0.1:${port('provider')}`, key },
    databases: getUrls,
    initialStock,
    close: async () => {
      await Promise.all([...running.values()].map((process) => process.stop('SIGKILL')));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all(names.map((name) => services.start(name)));
  } catch (cause) {
    await services.close();
    throw cause;
  }
  return services;
}

const staff: Viewer = {
  kind: 'account',
  accountId: newAccountId(),
  sessionId: newSessionId(),
  roles: ['CUSTOMER', 'STAFF'],
};
const teapot = { name: 'Teapot', description: '', price: { amount: '12.50', currency: 'EUR' } };
const createProduct = 'mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }';

/** Returns the subgraph of a service. The provider is no subgraph; callers do not ask for it. */
function getSubgraph(name: ServiceName): SubgraphName {
  return name === 'products' || name === 'payments' ? name : 'purchases';
}

function isAlive({ exitCode, signalCode }: RunningProcess['child']): boolean {
  return exitCode === null && signalCode === null;
}

/** Waits for liveness only: readiness depends on the database, which the test may be damaging. */
async function waitUntilAlive(url: string, started: RunningProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && isAlive(started.child)) {
    const response = await fetch(url).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await sleep(20);
  }
  throw new Error(`${url} does not response: ${started.output()}`);
}

// The shop as it runs without a pause: two gateways and two instances of each subgraph as processes, over databases that the instances
// of a subgraph share, and the payment provider. All of them are in production, with fresh keys. An instance is replaced at its address: SIGTERM, then a new start.
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { formatTrust, newKeyPair } from '../../../platform/identity/signed-identity.ts';
import { type DatabaseUrls, getDatabaseKeys } from '../../../platform/process/database-urls.ts';
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import {
  type RunningProcess,
  startProcess,
  type Variables,
  waitUntilReady,
} from '../../support/processes.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** Callers ask every second, and wait for an answer for two. */
const drainMs = 3_000;

export interface FleetInstance {
  /** The service and a number, such as `purchases 2`. */
  name: string;
  origin: string;
  /** Sends a signal, such as SIGTERM, and rejects unless the process ends with exit code 0. */
  stop: () => Promise<void>;
  /** Starts the process again, and waits until it is ready. */
  start: () => Promise<void>;
}

export interface Fleet {
  instances: readonly FleetInstance[];
  origins: (service: string) => string[];
  provider: { url: string; key: string; signal: (signal: NodeJS.Signals) => void };
}

/**
 * Starts everything at once, over migrated databases. Adds all of it to `resources`. `openEvents` gets the origins of payments, and
 * returns the URL to which the provider posts its events.
 */
export async function openFleet(
  urls: ReadonlyMap<string, DatabaseUrls>,
  resources: OpenResources,
  openEvents: (origins: readonly string[]) => Promise<string>,
): Promise<Fleet> {
  const folder = temporaryFolder();
  resources.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
  const services = ['gateway', ...readSupergraphMap().subgraphs.map(({ name }) => name)];
  const ports = new Map<string, number>();
  for (const name of ['provider', ...services.flatMap((name) => [`${name} 1`, `${name} 2`])])
    ports.set(name, await findFreePort());
  const getOrigin = (name: string) => `http://127.0.0.1:${ports.get(name)}`;
  const keys = new Map(services.map((name) => [name, newKeyPair()]));
  const getOrigins = (service: string) => [1, 2].map((number) => getOrigin(`${service} ${number}`));
  const providerKey = randomBytes(16).toString('hex');
  const common: Variables = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    HTTP2: 'true',
    LOG_LEVEL: 'error',
    DRAIN_MS: String(drainMs),
    DATABASE_POOL_SIZE: '5',
    ACCOUNTS_SIGN_UPS_PER_ADDRESS: '1000000',
    ACCOUNTS_ATTEMPTS_PER_ADDRESS: '1000000',
    IDENTITY_TRUST: formatTrust(keys),
    PAYMENTS_PROVIDER_URL: getOrigin('provider'),
    PAYMENTS_PROVIDER_KEY: providerKey,
    PAYMENTS_WEBHOOK_SECRET: randomBytes(16).toString('hex'),
    PAYMENTS_SANDBOX_WEBHOOK_URL: `${await openEvents(getOrigins('payments'))}/webhooks/payments/provider`,
    PAYMENTS_SANDBOX_PORT: String(ports.get('provider')),
    PURCHASES_WAIT_MS: '2000',
    PURCHASES_SWEEP_MS: '200',
    ...Object.fromEntries(
      services.map((name) => [
        `${name.toUpperCase()}_URL`,
        getOrigins(name)
          .map((origin) => `${origin}/graphql`)
          .join(','),
      ]),
    ),
  };
  const running = new Map<string, RunningProcess>();
  const start = async (name: string, args: readonly string[], variables: Variables, health: string) => {
    const own = { ...common, ...variables, PORT: String(ports.get(name)), DATA_DIR: join(folder, name) };
    mkdirSync(own.DATA_DIR, { recursive: true });
    const started = startProcess(args, own);
    running.set(name, started);
    await waitUntilReady(`${getOrigin(name)}${health}`, started).catch((cause: unknown) => {
      throw new Error(`${name} did not become ready: ${(cause as Error).message}`, { cause });
    });
  };
  resources.add('processes', async () => {
    // A resource closes after its users: the provider is the first of the list, and it ends last.
    const [provider, ...others] = [...running.values()];
    await Promise.all(others.map((one) => one.stop()));
    await provider?.stop();
  });
  await start('provider', ['subgraphs/payments/sandbox/start.ts'], {}, '/health/live');
  const instances = services.flatMap((service) =>
    [1, 2].map((number): FleetInstance => {
      const name = `${service} ${number}`;
      const { runtime, owner } = getDatabaseKeys(service);
      const database = urls.get(service);
      const variables = {
        IDENTITY_KEY: keys.get(service)?.privateKey ?? '',
        ...(database === undefined ? {} : { [runtime]: database.runtime, [owner]: database.owner }),
      };
      const args = service === 'gateway' ? ['commands/gateway.ts'] : ['commands/subgraph.ts', service];
      return {
        name,
        origin: getOrigin(name),
        start: () => start(name, args, variables, '/health/ready'),
        stop: async () => {
          const process = running.get(name);
          const code = await process?.stop();
          if (code !== 0) throw new Error(`${name} ended with ${code}: ${process?.output()}`);
        },
      };
    }),
  );
  // Both instances of a service together, subgraphs first: a machine with two cores would start ten processes at once too slowly.
  for (const service of services.toReversed())
    await Promise.all(
      instances.filter(({ name }) => name.startsWith(service)).map((instance) => instance.start()),
    );
  return {
    instances,
    origins: getOrigins,
    provider: {
      url: getOrigin('provider'),
      key: providerKey,
      signal: (signal) => void running.get('provider')?.child.kill(signal),
    },
  };
}

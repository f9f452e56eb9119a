// The disasters of chaos: processes die or freeze, database connections end, proxies reset connections or drop bytes, and the
// provider loses holds. Each disaster lasts for a random time and repairs its own damage, so that the shop recovers when no new one
// begins.
import { setTimeout as sleep } from 'node:timers/promises';
import { query } from '../../support/databases.ts';
import type { Random } from '../../support/random.ts';
import type { ProxyMode, TcpProxy } from '../proxy.ts';
import { readCharges } from '../recorded-state.ts';
import { type ServiceName, type Services, subgraphs } from '../services.ts';
import { changeAtProvider } from './at-provider.ts';

export interface Scene {
  services: Services;
  /** The proxy in front of each service, by the name of the service. */
  proxies: ReadonlyMap<ServiceName, TcpProxy>;
  /** A superuser on the databases' server. */
  adminUrl: string;
  /** Called with each disaster as it begins. */
  report: (line: string) => void;
}

/** Causes one disaster after another until the signal aborts, repairs all of them, and returns how many there were. */
export async function causeDisasters(
  scene: Scene,
  random: Random,
  busy: Set<string>,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  while (!signal.aborted) {
    const [target, disaster] = drawDisaster(scene, random);
    const ms = random.between(30, 1_200);
    const pause = random.between(20, 400);
    // Skips a target that another disaster is using: two disasters on one process could not tell which of them restarts it.
    if (!busy.has(target)) {
      busy.add(target);
      scene.report(disaster.name);
      await disaster.cause(ms).finally(() => busy.delete(target));
      count += 1;
    }
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  return count;
}

interface Disaster {
  name: string;
  cause: (ms: number) => Promise<void>;
}

function drawDisaster(scene: Scene, random: Random): [target: string, Disaster] {
  const { services, proxies: wires } = scene;
  const kind = random.pick(['kill', 'freeze', 'terminate', 'wire', 'wire', 'holds', 'provider'] as const);
  if (kind === 'provider') {
    const name = 'changes a charge at the provider';
    return ['a charge', { name, cause: () => changeAtProvider(services, random) }];
  }
  if (kind === 'terminate') {
    const name = random.pick(subgraphs);
    const share = random.pick([0.2, 0.5, 1]);
    return [
      `database of ${name}`,
      { name: `terminates backends of ${name}`, cause: () => terminateBackends(scene, name, share) },
    ];
  }
  if (kind === 'holds') {
    const change = random.pick(['void', 'expire'] as const);
    return ['holds', { name: `${change}s all holds at the provider`, cause: () => loseHolds(scene, change) }];
  }
  if (kind === 'wire') {
    const [name, wire] = random.pick([...wires]);
    const conduct = random.pick(['reset', 'refuse', 'swallow', 'deafen'] as const);
    return [
      `wire to ${name}`,
      { name: `${conduct}: wire to ${name}`, cause: (ms) => damageConnections(wire, conduct, ms) },
    ];
  }
  const name = random.pick(services.names);
  const cause =
    kind === 'kill'
      ? (ms: number) => killFor(services, name, ms)
      : (ms: number) => freezeFor(scene, name, ms);
  return [name, { name: `${kind}s ${name}`, cause }];
}

async function killFor(services: Services, name: ServiceName, ms: number): Promise<void> {
  await services.kill(name);
  await sleep(ms);
  // A start fails when its database connection ends at that moment. A supervisor of processes would try again.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await services.start(name);
    } catch (cause) {
      if (attempt === 5) throw cause;
    }
  }
}

/** A frozen purchases instance becomes a zombie: its sign of life ends, so that another instance takes over its purchases. */
async function freezeFor(scene: Scene, name: ServiceName, ms: number): Promise<void> {
  scene.services.signal(name, 'SIGSTOP');
  try {
    if (name.startsWith('purchases')) await endBackends(scene, 'purchases', `LIKE '%sign of life'`, 1);
    await sleep(ms);
  } finally {
    scene.services.signal(name, 'SIGCONT');
  }
}

function terminateBackends(scene: Scene, name: (typeof subgraphs)[number], share: number): Promise<void> {
  return endBackends(scene, name, `LIKE 'tributary %'`, share);
}

async function endBackends(
  { services, adminUrl }: Scene,
  name: (typeof subgraphs)[number],
  application: string,
  share: number,
): Promise<void> {
  const database = new URL(services.databases(name).runtime).pathname.slice(1);
  await query(
    adminUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = $1 AND usename = $2 AND application_name ${application} AND random() < $3`,
    [database, name, share],
  );
}

/** Ends each hold that the provider has at this moment. A provider that is down at this moment loses none. */
async function loseHolds({ services: { provider } }: Scene, change: 'void' | 'expire'): Promise<void> {
  const headers = { authorization: `Bearer ${provider.key}` };
  const signal = AbortSignal.timeout(1_000);
  const charges = await readCharges(provider, signal).catch(() => []);
  const held = charges.filter(({ status }) => status === 'AUTHORIZED');
  const changes = held.map(({ reference }) =>
    fetch(`${provider.url}/charges/${reference}/${change}`, { method: 'POST', headers, signal }),
  );
  await Promise.allSettled(changes);
}

async function damageConnections(wire: TcpProxy, conduct: ProxyMode | 'reset', ms: number): Promise<void> {
  if (conduct === 'reset') return wire.reset();
  wire.setMode(conduct);
  await sleep(ms);
  wire.setMode('pass');
}

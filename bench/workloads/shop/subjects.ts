// The subjects of the shop's questions: what each is, how its clients introduce themselves, and how it is started.

import type { Opened } from '../../../platform/shutdown.ts';
import type { Subject } from '../../measure/rounds.ts';
import { type Started, startPeer } from '../../processes.ts';
import type { Databases } from './databases.ts';
import type { Customer } from './rows.ts';

export interface Shop {
  databases: Pick<Databases, 'urls' | 'monolithUrl'>;
  folder: string;
  opened: Opened;
}

interface Definition {
  /** What the results call it. */
  title: string;
  /** True for what is ours: it checks who asks. */
  isOurs: boolean;
  /** True where bench/package.json must be installed. */
  needsPackages: boolean;
  headersOf: (customer: Customer) => readonly string[];
  start: (shop: Shop) => Promise<Pick<Subject, 'url' | 'pids'>>;
}

/** The opaque token of the session, as every front-end sends it. */
const bySession = ({ token }: Customer) => ['authorization', `Bearer ${token}`];

/** Ours as in production, but for background work: its statements would be counted as those of whoever is measured. */
export const ours = {
  NODE_ENV: 'production',
  LOG_LEVEL: 'error',
  PRODUCTS_SWEEP_MS: '0',
  PAYMENTS_SWEEP_MS: '0',
  PURCHASES_SWEEP_MS: '60000',
  // Production insists on a provider of its own. Nobody buys here, so nobody calls it.
  PAYMENTS_PROVIDER_URL: 'http://127.0.0.1:9',
  PAYMENTS_PROVIDER_KEY: 'a-key-that-opens-nothing',
  PAYMENTS_WEBHOOK_SECRET: 'a-secret-that-guards-nothing',
};

export const definitions: Readonly<Record<string, Definition>> = {
  'one-process': {
    title: 'Tributary, one process',
    isOurs: true,
    needsPackages: false,
    headersOf: bySession,
    start: async ({ databases, folder, opened }) => {
      const options = { databases: [...databases.urls], variables: { ...ours, DATA_DIR: folder } };
      return alone(await startPeer('peers/one-process.ts', options, opened));
    },
  },
  joins: {
    title: 'monolith, flat joins',
    isOurs: false,
    needsPackages: false,
    headersOf: bySession,
    start: async ({ databases, opened }) =>
      alone(await startPeer('peers/monolith-joins.ts', { database: databases.monolithUrl }, opened)),
  },
  floor: {
    title: 'bare floor',
    isOurs: false,
    needsPackages: false,
    headersOf: bySession,
    start: async ({ databases, opened }) => {
      const urls = Object.fromEntries([...databases.urls].map(([name, { runtime }]) => [name, runtime]));
      return alone(await startPeer('peers/floor.ts', { databases: urls }, opened));
    },
  },
};

function alone({ url, pid }: Started): Pick<Subject, 'url' | 'pids'> {
  return { url, pids: [pid] };
}

/** Starts the named subjects, one after the other: their starts would slow each other down. */
export async function startSubjects(
  names: readonly string[],
  shop: Shop,
  customers: readonly Customer[],
): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const name of names) {
    const definition = definitions[name];
    if (definition === undefined) {
      throw new Error(`There is no subject "${name}"; there are ${Object.keys(definitions).join(', ')}`);
    }
    const headers = customers.map((customer) => [
      'content-type',
      'application/json',
      ...definition.headersOf(customer),
    ]);
    subjects.push({ name, headers, ...(await definition.start(shop)) });
  }
  return subjects;
}

export function titleOf(name: string): string {
  return definitions[name]?.title ?? name;
}

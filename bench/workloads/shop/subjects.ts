// The subjects that answer the shop's queries: the title, the headers of its clients and the start of each.
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import type { Subject } from '../../measure/rounds.ts';
import { hasGrafbase, startGrafbase } from '../../peers/grafbase.ts';
import { type Started, startPeer } from '../../processes.ts';
import type { Databases } from './databases.ts';
import { type OurProcesses, startOurProcesses, startWorkers } from './our-processes.ts';
import { measuredVariables } from './our-variables.ts';
import type { Customer } from './rows.ts';
import { startUsualStack, type UsualStack } from './usual-stack.ts';

export interface Shop {
  databases: Pick<Databases, 'urls' | 'monolithUrl'>;
  folder: string;
  opened: OpenResources;
}

/** The processes are started once, for the first subject that needs them: several gateways use the same subgraphs. */
interface World extends Shop {
  processes: () => Promise<OurProcesses>;
  usual: () => Promise<UsualStack>;
}

type Running = Pick<Subject, 'url' | 'pids'>;
type HeadersOf = (customer: Customer, world: World) => readonly string[] | Promise<readonly string[]>;

interface Definition {
  /** The name in the results. */
  title: string;
  /** True when the subject is Tributary from end to end, so that it verifies the identity of its clients. */
  isOurs?: true;
  /** Measured only when it is named: what it is compared with is not another program. */
  isExtra?: true;
  /** True where bench/package.json must be installed. */
  needsPackages?: true;
  buildHeaders: HeadersOf;
  start: (world: World) => Promise<Running>;
}

/** The opaque token of the session, as every front-end sends it. */
const bySession: HeadersOf = ({ token }) => ['authorization', `Bearer ${token}`];

/** The identity that our gateway would sign, from the client: these gateways sign nothing, and spare the look-up. */
const bySignedIdentity: HeadersOf = async (customer, { processes }) => [
  'authorization',
  `Bearer ${await (await processes()).sign(customer)}`,
];

/** The account id, which the usual stack believes without a check. */
const byClaim: HeadersOf = ({ accountId }) => ['x-account-id', accountId];

export const definitions: Readonly<Record<string, Definition>> = {
  'one-process': {
    title: 'Tributary, one process',
    isOurs: true,
    buildHeaders: bySession,
    start: async ({ databases, folder, opened }) => {
      const options = {
        databases: [...databases.urls],
        variables: { ...measuredVariables, DATA_DIR: folder },
      };
      return toRunning(await startPeer('peers/one-process.ts', options, opened));
    },
  },
  processes: {
    title: 'Tributary, processes',
    isOurs: true,
    buildHeaders: bySession,
    start: async ({ processes }) => {
      const { url, gatewayPid, subgraphPids } = await processes();
      return { url, pids: [gatewayPid, ...subgraphPids] };
    },
  },
  workers: {
    title: 'Tributary, two workers',
    isOurs: true,
    isExtra: true,
    buildHeaders: bySession,
    start: ({ databases, folder, opened }) => startWorkers(databases, folder, opened),
  },
  usual: {
    title: 'usual stack',
    buildHeaders: byClaim,
    start: async ({ usual }) => {
      const { url, gatewayPid, subgraphPids } = await usual();
      return { url, pids: [gatewayPid, ...subgraphPids] };
    },
  },
  'hive-usual': {
    title: 'Hive Gateway (Rust planner), usual subgraphs',
    needsPackages: true,
    buildHeaders: byClaim,
    start: async ({ usual, opened }) => {
      const { supergraphFile: supergraph, subgraphPids } = await usual();
      const options = { supergraph, planner: 'rust', passesOn: 'x-account-id' };
      const started = await startPeer('peers/hive.ts', options, opened);
      return { url: started.url, pids: [started.pid, ...subgraphPids] };
    },
  },
  'apollo-gateway': defineGateway('Apollo Gateway, our subgraphs', 'peers/apollo-gateway.ts', {}),
  'hive-js': {
    ...defineGateway('Hive Gateway (JS planner), our subgraphs', 'peers/hive.ts', { planner: 'javascript' }),
    needsPackages: true,
  },
  'hive-rust': {
    ...defineGateway('Hive Gateway (Rust planner), our subgraphs', 'peers/hive.ts', { planner: 'rust' }),
    needsPackages: true,
  },
  grafbase: {
    title: 'Grafbase (Rust), our subgraphs',
    needsPackages: true,
    buildHeaders: bySignedIdentity,
    start: async ({ processes, folder, opened }) => {
      const { subgraphs, subgraphPids } = await processes();
      const { url, pid } = await startGrafbase(subgraphs, folder, opened);
      return { url, pids: [pid, ...subgraphPids] };
    },
  },
  joins: {
    title: 'monolith, flat joins',
    buildHeaders: bySession,
    start: startMonolith('peers/monolith-joins.ts'),
  },
  relations: {
    title: 'monolith, TypeORM relations',
    buildHeaders: bySession,
    start: startMonolith('peers/monolith-relations.ts'),
  },
  floor: {
    title: 'bare floor',
    buildHeaders: bySession,
    start: async ({ databases, opened }) => {
      const urls = Object.fromEntries([...databases.urls].map(([name, { runtime }]) => [name, runtime]));
      return toRunning(await startPeer('peers/floor.ts', { databases: urls }, opened));
    },
  },
};

/** Those that this machine can run. */
export function listSubjects(): string[] {
  return Object.entries(definitions)
    .filter(([name, { isExtra }]) => isExtra !== true && (name !== 'grafbase' || hasGrafbase()))
    .map(([name]) => name);
}

/** Throws for a name that there is none of. */
export function getDefinition(name: string): Definition {
  const definition = definitions[name];
  if (definition === undefined)
    throw new Error(`There is no subject "${name}"; there are ${listSubjects().join(', ')}`);
  return definition;
}

export function getTitle(name: string): string {
  return definitions[name]?.title ?? name;
}

function toRunning({ url, pid }: Started): Running {
  return { url, pids: [pid] };
}

function startMonolith(file: string): Definition['start'] {
  return async ({ databases, opened }) =>
    toRunning(await startPeer(file, { database: databases.monolithUrl }, opened));
}

/** Another gateway in front of our subgraphs, which count as its own. */
function defineGateway(title: string, file: string, options: Readonly<Record<string, unknown>>): Definition {
  return {
    title,
    buildHeaders: bySignedIdentity,
    start: async ({ processes, opened }) => {
      const { supergraphFile, subgraphPids } = await processes();
      const started = await startPeer(
        file,
        { supergraph: supergraphFile, passesOn: 'authorization', ...options },
        opened,
      );
      return { url: started.url, pids: [started.pid, ...subgraphPids] };
    },
  };
}

/** Starts the named subjects, one after the other: their starts would slow each other down. */
export async function startSubjects(
  names: readonly string[],
  shop: Shop,
  customers: readonly Customer[],
): Promise<Subject[]> {
  const world: World = {
    ...shop,
    processes: once(() => startOurProcesses(shop.databases, shop.folder, shop.opened)),
    usual: once(() => startUsualStack(shop.databases, shop.folder, shop.opened)),
  };
  const subjects: Subject[] = [];
  for (const name of names) {
    const definition = getDefinition(name);
    const running = await definition.start(world);
    const headers = await Promise.all(
      customers.map(async (customer) => [
        'content-type',
        'application/json',
        ...(await definition.buildHeaders(customer, world)),
      ]),
    );
    subjects.push({ name, headers, ...running });
  }
  return subjects;
}

function once<Result>(start: () => Promise<Result>): () => Promise<Result> {
  let started: Promise<Result> | undefined;
  return () => {
    started ??= start();
    return started;
  };
}

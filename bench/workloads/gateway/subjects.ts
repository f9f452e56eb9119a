// The gateways, each alone in a process over the same canned subgraphs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import type { Subject } from '../../measure/rounds.ts';
import { hasGrafbase, startGrafbase } from '../../peers/grafbase.ts';
import { type Started, startPeer, startProgram } from '../../processes.ts';

const root = resolve(import.meta.dirname, '../../..');
const names = ['users', 'reviews', 'products', 'inventory'] as const;

export interface CannedGraph {
  subgraphs: readonly { name: string; url: string; sdl: string }[];
  supergraph: string;
  folder: string;
  opened: OpenResources;
}

interface Definition {
  title: string;
  needsPackages?: true;
  start: (graph: CannedGraph) => Promise<Started>;
}

export const gateways: Readonly<Record<string, Definition>> = {
  tributary: { title: 'Tributary', start: startOurs },
  'apollo-gateway': {
    title: 'Apollo Gateway',
    start: startPeerGateway('peers/apollo-gateway.ts', {}),
  },
  'hive-js': {
    title: 'Hive Gateway (JS planner)',
    needsPackages: true,
    start: startPeerGateway('peers/hive.ts', { planner: 'javascript' }),
  },
  'hive-rust': {
    title: 'Hive Gateway (Rust planner)',
    needsPackages: true,
    start: startPeerGateway('peers/hive.ts', { planner: 'rust' }),
  },
  'hive-rust-once': {
    title: 'Hive Gateway (Rust planner), answered once',
    needsPackages: true,
    start: startPeerGateway('peers/hive.ts', { planner: 'rust', deduplicates: true }),
  },
  grafbase: {
    title: 'Grafbase (Rust)',
    needsPackages: true,
    start: ({ subgraphs, folder, opened }) => startGrafbase(subgraphs, folder, opened),
  },
};

/** Those that this machine can run. */
export function listGateways(): string[] {
  return Object.keys(gateways).filter((name) => name !== 'grafbase' || hasGrafbase());
}

/** `change` may add to the SDL that is composed. The subgraphs execute their own SDL. */
export async function startCannedGraph(
  folder: string,
  opened: OpenResources,
  change: (subgraphs: CannedGraph['subgraphs']) => CannedGraph['subgraphs'] = (unchanged) => unchanged,
): Promise<CannedGraph> {
  const { url } = await startPeer('peers/canned.ts', {}, opened);
  const subgraphs = change(
    names.map((name) => ({
      name,
      url: `${url}/${name}`,
      sdl: readFileSync(join(root, 'bench/peers/canned', `${name}.graphql`), 'utf8'),
    })),
  );
  const composed = composeServices(
    subgraphs.map(({ sdl, ...service }) => ({ ...service, typeDefs: parse(sdl) })),
  );
  if (composed.supergraphSdl === undefined)
    throw new Error(`the canned subgraphs do not compose: ${composed.errors}`);
  const supergraph = join(folder, 'canned.graphql');
  writeFileSync(supergraph, composed.supergraphSdl);
  return { subgraphs, supergraph, folder, opened };
}

export async function startGateway(name: string, graph: CannedGraph): Promise<Subject> {
  const definition = gateways[name];
  if (definition === undefined)
    throw new Error(`There is no gateway "${name}"; there are ${listGateways().join(', ')}`);
  const { url, pid } = await definition.start(graph);
  return { name, url, pids: [pid], headers: [['content-type', 'application/json']] };
}

function startPeerGateway(file: string, options: Readonly<Record<string, unknown>>): Definition['start'] {
  return ({ supergraph, opened }) =>
    startPeer(file, { supergraph, passesOn: 'authorization', ...options }, opened);
}

async function startOurs({ supergraph, opened }: CannedGraph): Promise<Started> {
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const variables = { SUPERGRAPH: supergraph, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'error' };
  const how = { cwd: root, variables, readyUrl: `${origin}/health` };
  const pid = await startProgram('Tributary', [process.execPath, 'commands/gateway.ts'], how, opened);
  return { pid, url: `${origin}/graphql` };
}

// A gateway over a graph for one test. Its subgraphs are SDL and resolvers, composed and called as the real ones are.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { createAuthenticator } from '../../gateway/authenticate.ts';
import type { ChangeNoticesFor } from '../../gateway/cache-policy/freshness.ts';
import { openGateway } from '../../gateway/gateway.ts';
import { readGatewaySettings } from '../../gateway/settings/settings.ts';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { createChangingSource } from '../../gateway/supergraph/source.ts';
import type { Call, Execute, Operation } from '../../platform/calls/call.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import type { EnvironmentSource } from '../../platform/process/variables.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { createOperationRunner } from '../../platform/subgraph/operation-runner.ts';
import { buildExecutableSchema } from '../../platform/subgraph/schema.ts';
import type { ResolverMap } from '../../platform/subgraph/unanswered-fields.ts';
import { readSupergraphMap, type SupergraphMap } from '../../platform/supergraph-map.ts';
import { required } from '../support/required.ts';
import { silent } from '../support/silent-log.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { operatorToken } from '../support/viewers.ts';
import { getSharedPlanning } from './shared-planning.ts';

/** Always two lines: tests of composition expect the line numbers of the SDL that follows. */
const imports =
  '@key @shareable @inaccessible @external @requires @provides @override @interfaceObject @tag @composeDirective';
export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: [${imports
    .split(' ')
    .map((name) => JSON.stringify(name))
    .join(', ')}])\n`;

export interface SmallSubgraph {
  sdl: string;
  resolvers?: ResolverMap;
  /** Executes every operation, in place of the resolvers. */
  execute?: Execute;
}

/** Writes a supergraph.yaml with its schema files into a folder of its own. */
export function writeMap(schemas: Readonly<Record<string, string | null>>): {
  map: SupergraphMap;
  folder: string;
} {
  const folder = temporaryFolder();
  const entries = Object.keys(schemas).map(
    (name) =>
      `  ${name}:\n    routing_url: http://${name}.internal:4001/graphql\n    schema:\n      file: ${name}/schema.graphql\n`,
  );
  const file = join(folder, 'supergraph.yaml');
  writeFileSync(file, `federation_version: =2.14.4\nsubgraphs:\n${entries.join('')}`);
  for (const [name, sdl] of Object.entries(schemas)) {
    const schema = join(folder, name, 'schema.graphql');
    mkdirSync(dirname(schema));
    if (sdl !== null) writeFileSync(schema, sdl);
  }
  return { map: readSupergraphMap(file), folder };
}

export function executeOf({ sdl, resolvers = {}, execute }: SmallSubgraph): Execute {
  return execute ?? executeOn(buildExecutableSchema(sdl, resolvers));
}

/** Resolvers of small graphs use no database. */
export function executeOn(schema: GraphQLSchema): Execute {
  const peer = () => Promise.reject(new Error('a small graph has no peers'));
  const ctx = { db: undefined, log: silent, peer, crashPoint: () => {}, own: undefined };
  return createOperationRunner(schema, ctx as unknown as Context);
}

export interface SmallGraph {
  url: string;
  supergraphSdl: string;
  /** Every subgraph call of the gateway so far. */
  asked: { name: string; operation: Operation; call: Call }[];
  /** Replaces the supergraph that the gateway serves. */
  offer: (supergraphSdl: string) => void;
  post: (body: unknown, headers?: Record<string, string>) => Promise<Response>;
  close: () => Promise<void>;
}

export async function openSmallGraph(
  subgraphs: Readonly<Record<string, SmallSubgraph>>,
  variables: EnvironmentSource = {},
  { changeNoticesFor }: { changeNoticesFor?: ChangeNoticesFor } = {},
): Promise<SmallGraph> {
  const { map, folder } = writeMap(
    Object.fromEntries(Object.entries(subgraphs).map(([name, { sdl }]) => [name, sdl])),
  );
  const { supergraphSdl } = composeSupergraph(map);
  const source = createChangingSource(supergraphSdl);
  const asked: SmallGraph['asked'] = [];
  const clients = new Map(Object.entries(subgraphs).map(([name, subgraph]) => [name, executeOf(subgraph)]));
  const clientFor =
    (name: string): Execute =>
    (operation, call) => {
      asked.push({ name, operation, call });
      return required(clients.get(name), `the small graph has ${name}`)(operation, call);
    };
  const environment = readEnvironment({ NODE_ENV: 'test', OPERATOR_TOKEN: operatorToken, ...variables });
  const hasOwnBounds = Object.keys(variables).some((name) => name.startsWith('PLANNING_'));
  const gateway = await openGateway({
    supergraph: source,
    clientFor,
    readiness: async (name, signal) => {
      const call = { viewer: { kind: 'service', name: 'gateway' } as const, signal, traceId: '0'.repeat(32) };
      const { data } = await required(clients.get(name), name)({ query: '{ __typename }' }, call);
      return { isReady: Boolean(data), details: {} };
    },
    ...(changeNoticesFor === undefined ? {} : { changeNoticesFor }),
    ...(hasOwnBounds ? {} : { planning: getSharedPlanning() }),
    authenticateOver: (clientFor) =>
      createAuthenticator((operation, call) => clientFor('accounts')(operation, call), silent),
    environment,
    settings: readGatewaySettings(environment),
    host: '127.0.0.1',
    port: 0,
    log: silent,
  });
  rmSync(folder, { recursive: true, force: true });
  return {
    url: gateway.url,
    supergraphSdl,
    asked,
    offer: source.offer,
    post: (body, headers = {}) =>
      fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: gateway.close,
  };
}

// The real graph behind two gateways, one in memory and one over HTTP, with everything written down that they send to
// subgraphs. The databases hold the rows of all contract fixtures, which fit together.

import { readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createAuthenticator } from '../../../gateway/authenticate.ts';
import { openGateway } from '../../../gateway/gateway.ts';
import { readGatewaySettings } from '../../../gateway/settings/settings.ts';
import { createConstantSource } from '../../../gateway/supergraph/source.ts';
import { type LoadedSubgraph, loadGraph } from '../../../local/graph/loaded-graph.ts';
import type { Execute, Operation } from '../../../platform/calls/call.ts';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import { type Environment, readEnvironment } from '../../../platform/process/environment.ts';
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { openSubgraph, type Subgraph } from '../../../platform/subgraph/subgraph.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { getSharedPlanning } from '../../gateway/shared-planning.ts';
import { cloneDatabase, query } from '../../support/databases.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { operatorToken } from '../../support/viewers.ts';

export interface Sent {
  subgraph: string;
  operation: Operation;
}

export interface RecordedGateway {
  url: string;
  /** In the order in which it was sent; who asks, which the gateway asks for itself, is not among it. */
  sent: Sent[];
}

export const transports = ['in memory', 'over HTTP'] as const;
export type Transport = (typeof transports)[number];

/** Opens subgraphs, gateways and proxies. The caller closes `opened`, which holds all of them. */
export async function openRecordedGraph(opened: OpenResources): Promise<Record<Transport, RecordedGateway>> {
  const folder = temporaryFolder();
  opened.add('data folder', async () => rmSync(folder, { recursive: true, force: true }));
  const environment = readEnvironment({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    OPERATOR_TOKEN: operatorToken,
    DATA_DIR: folder,
    PURCHASES_SWEEP_MS: '60000',
  });
  const { subgraphs: loaded, supergraphSdl } = await loadGraph(readSupergraphMap());
  const subgraphs = new Map<string, Subgraph>();
  const find = (name: string) => required(subgraphs.get(name), `the graph has ${name}`);
  const toSubgraph = (name: string) => find(name).execute;
  for (const one of loaded)
    subgraphs.set(one.entry.name, await openWithRows(one, environment, toSubgraph, opened));

  const gatewayOver = async (
    clientFor: (name: string) => Execute,
    sent: Sent[],
  ): Promise<RecordedGateway> => {
    const gateway = await openGateway({
      planning: getSharedPlanning(),
      supergraph: createConstantSource(supergraphSdl),
      clientFor,
      readiness: async () => ({ isReady: true, details: {} }),
      authenticateOver: (clientFor) => createAuthenticator(clientFor('accounts'), silent),
      environment,
      settings: readGatewaySettings(environment),
      host: '127.0.0.1',
      port: 0,
      log: silent,
    });
    opened.add('gateway', gateway.close);
    return { url: gateway.url, sent };
  };
  const [inMemory, overHttp]: [Sent[], Sent[]] = [[], []];
  const clients = await httpHops([...subgraphs.values()], environment, opened, overHttp);
  return {
    'over HTTP': await gatewayOver((name) => required(clients.get(name), name), overHttp),
    'in memory': await gatewayOver((subgraph) => {
      return (operation, call) => {
        record(inMemory, { subgraph, operation });
        return toSubgraph(subgraph)(operation, call);
      };
    }, inMemory),
  };
}

function record(sent: Sent[], one: Sent): void {
  if (one.operation.operationName !== 'SessionByToken') sent.push(one);
}

async function openWithRows(
  { entry, definition, sdl }: LoadedSubgraph,
  environment: Environment,
  peer: (name: string) => Execute,
  opened: OpenResources,
): Promise<Subgraph> {
  const { urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name: entry.name });
  opened.add(`database of ${entry.name}`, drop);
  await query(urls.owner, readFileSync(join(entry.folder, 'fixtures', 'rows.sql'), 'utf8'));
  const subgraph = await openSubgraph({ definition, sdl, urls, environment, clientFor: peer });
  opened.add(entry.name, subgraph.close);
  return subgraph;
}

/** Each to a server of its own, past somebody who reads along. */
async function httpHops(
  subgraphs: readonly Subgraph[],
  environment: Environment,
  opened: OpenResources,
  sent: Sent[],
): Promise<Map<string, Execute>> {
  const key = newKeyPair();
  const sign = createSigner('gateway', readPrivateKey(key.privateKey));
  const clients = new Map<string, Execute>();
  for (const subgraph of subgraphs) {
    const { name } = subgraph;
    const server = await serveSubgraph({
      subgraph,
      host: '127.0.0.1',
      port: 0,
      verify: createVerifier(name, readTrust(`gateway=${key.publicKey}`)),
      log: silent,
      timeoutMs: environment.REQUEST_TIMEOUT_MS,
      drainMs: 0,
      isExplorable: false,
    });
    opened.add(`server of ${name}`, server.close);
    const url = await openRecordingProxy(server.url, opened, (body) =>
      record(sent, { subgraph: name, operation: JSON.parse(body) as Operation }),
    );
    const client = openSubgraphClient(name, url, sign);
    opened.add(`client of ${name}`, client.close);
    clients.set(name, client.execute);
  }
  return clients;
}

/** Opens a proxy that passes the body of each request to `onBody`, byte for byte as it came. */
async function openRecordingProxy(
  target: string,
  opened: OpenResources,
  onBody: (body: string) => void,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    onBody(body);
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await fetch(target, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.add('proxy', async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

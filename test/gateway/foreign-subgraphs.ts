// Foreign subgraphs as real HTTP servers: plain GraphQL, without a health route and without signed identities. Also a gateway
// process over the supergraph that is composed of them.

import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices as composeIndependently } from '@theguild/federation-composition';
import { graphql, parse } from 'graphql';
import { findFreePort } from '../../local/postgres/cluster.ts';
import type { ResolverMap } from '../../platform/subgraph/unanswered-fields.ts';
import { type RunningProcess, startProcess, type Variables, waitUntilReady } from '../support/processes.ts';
import { required } from '../support/required.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { operatorToken } from '../support/viewers.ts';

export interface ForeignSubgraph {
  name: string;
  sdl: string;
  url: string;
  /** Headers and target of every request so far. */
  seen: { headers: IncomingHttpHeaders; url: string | undefined }[];
  /** The listener handles each request from now on; undefined restores GraphQL. */
  answerWith: (
    listener: ((request: IncomingMessage, response: ServerResponse) => unknown) | undefined,
  ) => void;
  close: () => Promise<void>;
}

export interface ForeignOptions {
  name: string;
  sdl: string;
  resolvers: ResolverMap;
  /** The only path of the server, which answers GraphQL. */
  path?: string;
  tls?: { cert: string; key: string };
}

export async function openForeign(options: ForeignOptions): Promise<ForeignSubgraph> {
  const { name, sdl, resolvers, path = '/graphql', tls } = options;
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]);
  const seen: ForeignSubgraph['seen'] = [];
  let own: Parameters<ForeignSubgraph['answerWith']>[0];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    seen.push({ headers: request.headers, url: request.url });
    if (request.url !== path) return response.writeHead(404).end();
    if (own !== undefined) return own(request, response);
    let body = '';
    for await (const chunk of request) body += chunk;
    const { query, variables } = JSON.parse(body);
    const result = await graphql({ schema, source: query, variableValues: variables });
    return response
      .setHeader('content-type', 'application/graphql-response+json')
      .writeHead(result.data === undefined ? 400 : 200)
      .end(JSON.stringify(result));
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name,
    sdl,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}${path}`,
    seen,
    answerWith: (listener) => {
      own = listener;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Composer = 'Apollo' | 'The Guild';

export function composeForeign(
  subgraphs: readonly Pick<ForeignSubgraph, 'name' | 'sdl' | 'url'>[],
  by: Composer,
): string {
  const services = subgraphs.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(sdl) }));
  const compose = by === 'Apollo' ? composeServices : composeIndependently;
  const { supergraphSdl, errors } = compose(services);
  return required(supergraphSdl, `they compose: ${errors?.map(String)}`);
}

export interface Standalone extends RunningProcess {
  /** The supergraph's file. */
  file: string;
  origin: string;
  ask: (query: string, headers?: Record<string, string>) => Promise<Response>;
  /** Ends the process as an orchestrator does, and returns its exit code. */
  end: () => Promise<number | null>;
}

/** Starts `node commands/gateway.ts` over the SDL, with the variables that it needs and `variables`. */
export async function startStandalone(sdl: string, variables: Variables = {}): Promise<Standalone> {
  const folder = temporaryFolder();
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(file, sdl);
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const own = { SUPERGRAPH: file, PORT: String(port), HOST: '127.0.0.1', OPERATOR_TOKEN: operatorToken };
  const running = startProcess(['commands/gateway.ts'], { ...own, ...variables });
  const end = async () => {
    const code = await running.stop();
    rmSync(folder, { recursive: true, force: true });
    return code;
  };
  try {
    await waitUntilReady(`${origin}/health`, running);
  } catch (cause) {
    await end();
    throw cause;
  }
  const ask: Standalone['ask'] = (query, headers = {}) =>
    fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
  return { ...running, file, origin, ask, end };
}

// A subgraph over HTTP for one test file, and a caller with a signed identity.
import { afterAll } from 'vitest';
import { createChangeHub } from '../../../platform/changes/change-hub.ts';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import type { Log } from '../../../platform/process/log.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import type { Subgraph } from '../../../platform/subgraph/subgraph.ts';
import { silent } from '../../support/silent-log.ts';

const { privateKey, publicKey } = newKeyPair();
export const sign = createSigner('gateway', readPrivateKey(privateKey));

const closers: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closers.map((close) => close())));

/** Serves the subgraph until the tests of the file have ended. */
export async function serve(
  subgraph: Subgraph,
  options: { explorable?: boolean; timeoutMs?: number; log?: Log } = {},
) {
  const server = await serveSubgraph({
    subgraph,
    host: '127.0.0.1',
    port: 0,
    verify: createVerifier(subgraph.name, readTrust(`gateway=${publicKey}`)),
    log: options.log ?? silent,
    timeoutMs: options.timeoutMs ?? 10_000,
    drainMs: 0,
    isExplorable: options.explorable ?? false,
  });
  closers.push(server.close);
  return server;
}

/** A subgraph whose answers the test decides. */
export function subgraphThat(execute: Subgraph['execute'], isUp = true): Subgraph {
  const health = async () => ({
    database: { up: isUp, latencyMs: null },
    migrations: { applied: [], pending: [], unknown: [] },
    peers: {},
  });
  return {
    name: 'accounts',
    execute,
    health,
    whenNeighboursAsked: Promise.resolve(),
    webhooks: {},
    changeNotices: createChangeHub({ isReceiving: true }),
    readEvents: undefined,
    onListening: () => {},
    demo: async () => {},
    prepareSchema: () => () => {},
    statements: () => 0,
    close: async () => {},
  };
}

export function post(
  url: string,
  body: unknown,
  token: string | null,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
) {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

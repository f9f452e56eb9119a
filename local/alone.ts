// One subgraph alone, to explore and develop it: its own database, its own Sandbox page, and signed identities to paste.
// The keys are made for this run and trusted by this process only, so the identities may last a working day.
import { ownSchema } from '../platform/changed-schema.ts';
import type { DatabaseUrls, Environment } from '../platform/environment.ts';
import { newKeyPair, readPrivateKey, readTrust, signer, verifier } from '../platform/identity.ts';
import { openLog } from '../platform/log.ts';
import type { Opened } from '../platform/shutdown.ts';
import { openSubgraph } from '../platform/subgraph.ts';
import { serveSubgraph } from '../platform/subgraph-server.ts';
import { newId } from '../platform/uuid.ts';
import { anonymous, type Viewer } from '../platform/viewer.ts';
import { followFiles, followsFiles } from '../platform/watch-files.ts';
import { type LoadedSubgraph, prepareDatabases } from './graph.ts';

const workingDay = 12 * 60 * 60;

export interface AloneOptions {
  loaded: LoadedSubgraph;
  urls: ReadonlyMap<string, DatabaseUrls>;
  environment: Environment;
  opened: Opened;
  host: string;
  port: number;
  withDemo: boolean;
  onStep: (step: string) => void;
}

export interface Identity {
  /** Who it is, in words. */
  who: string;
  /** Value of the Authorization header. */
  authorization: string;
}

/** Opens and serves it. Throws what listen throws; whatever was opened is in `opened`. */
export async function serveAlone(options: AloneOptions): Promise<{ url: string; identities: Identity[] }> {
  const { loaded, environment, opened, onStep } = options;
  const { definition, sdl } = loaded;
  const [target] = await prepareDatabases([loaded], options.urls, environment, onStep);
  if (target === undefined) throw new Error(`${definition.name} has no database`);
  const peer = (name: string) => {
    throw new Error(`${definition.name} runs alone: ${name} is not there`);
  };
  const subgraph = await openSubgraph({ definition, sdl, urls: target.urls, environment, peer });
  opened.add(definition.name, subgraph.close);
  if (options.withDemo) await subgraph.demo();

  const callers = new Map(callersOf(sdl).map((name) => [name, newKeyPair()]));
  const trust = readTrust([...callers].map(([name, { publicKey }]) => `${name}=${publicKey}`).join(','));
  const log = openLog(environment, definition.name);
  const server = await serveSubgraph({
    subgraph,
    host: options.host,
    port: options.port,
    verify: verifier(definition.name, trust),
    log,
    timeoutMs: environment.REQUEST_TIMEOUT_MS,
    drainMs: environment.DRAIN_MS,
    explorable: true,
  });
  opened.add('server', server.close);
  if (followsFiles(environment)) {
    const stop = followFiles({ ...ownSchema({ ...loaded, subgraph }), log });
    opened.add('watch over the schema', async () => stop());
  }
  onStep(`${definition.name} answers at ${server.url}`);
  const identities = viewers([...callers.keys()]).map(async ({ who, issuer, viewer }) => {
    const sign = signer(issuer, readPrivateKey(callers.get(issuer)?.privateKey ?? ''), workingDay);
    return { who, authorization: `Bearer ${await sign(definition.name, viewer)}` };
  });
  return { url: server.url, identities: await Promise.all(identities) };
}

/** Whoever may call: the gateway, and the services that the SDL's @auth rules name. */
function callersOf(sdl: string): string[] {
  const named = [...sdl.matchAll(/"service:([a-z][a-z0-9_]*)"/g)].map(([, name = '']) => name);
  return [...new Set(['gateway', ...named])];
}

function viewers(callers: readonly string[]): { who: string; issuer: string; viewer: Viewer }[] {
  const staff: Viewer = {
    kind: 'account',
    accountId: newId(),
    sessionId: newId(),
    roles: ['CUSTOMER', 'STAFF'],
  };
  return [
    { who: 'a visitor', issuer: 'gateway', viewer: anonymous },
    { who: 'staff', issuer: 'gateway', viewer: staff },
    ...callers.map((name) => ({
      who: `the service ${name}`,
      issuer: name,
      viewer: { kind: 'service', name } as const,
    })),
  ];
}

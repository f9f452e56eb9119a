// Serves one subgraph alone, to explore and develop it: with its database, its Sandbox page, and signed identities to paste.
// Only this process trusts the keys, which are new at each start, so an identity may be valid for a working day.
import { connect } from '../../platform/database/connect.ts';
import {
  createSigner,
  createVerifier,
  formatTrust,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../platform/identity/signed-identity.ts';
import { anonymous, type Viewer } from '../../platform/identity/viewer.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import type { Environment } from '../../platform/process/environment.ts';
import { openLog } from '../../platform/process/log.ts';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { isHotReloadEnabled, reloadOnChange } from '../../platform/process/watch-files.ts';
import type { PeerClientFor } from '../../platform/subgraph/peer.ts';
import { ownSchema } from '../../platform/subgraph/schema-reload.ts';
import { serveSubgraph } from '../../platform/subgraph/server.ts';
import { openSubgraph } from '../../platform/subgraph/subgraph.ts';
import { newAccountId, newSessionId } from '../../platform/values/ids.ts';
import { prepareDatabases } from './graph.ts';
import type { LoadedSubgraph } from './loaded-graph.ts';

/** The keys of the callers last as long as this process, so their identities may too. */
const identityLifetimeSeconds = 12 * 60 * 60;

export interface AloneOptions {
  loaded: LoadedSubgraph;
  urls: ReadonlyMap<string, DatabaseUrls>;
  environment: Environment;
  opened: OpenResources;
  host: string;
  port: number;
  withDemo: boolean;
  /** SQL that the owner of the tables runs after the migrations. */
  rows?: string;
  /** What answers for its peers. Without it, each call of a peer fails. */
  clientFor?: PeerClientFor;
  onStep: (step: string) => void;
  /** See reloadOnChange. */
  onReload?: ((message: string) => void) | undefined;
}

export interface Identity {
  /** A description of the viewer. */
  who: string;
  /** Value of the Authorization header. */
  authorization: string;
}

export interface LoneSubgraph {
  url: string;
  identities: Identity[];
  /** Signs an identity for a viewer. Throws for a service that the SDL does not name. */
  signFor: (viewer: Viewer) => Promise<string>;
  /** SQL statements that the subgraph has sent so far. */
  statements: () => number;
}

/** Opens and serves the subgraph. Throws the errors of listen; everything that it opened is in `opened`. */
export async function serveAlone(options: AloneOptions): Promise<LoneSubgraph> {
  const { loaded, environment, opened, onStep } = options;
  const { definition, entry, sdl, statements } = loaded;
  const [target] = await prepareDatabases([loaded], options.urls, environment, onStep);
  if (target === undefined) throw new Error(`${definition.name} has no database`);
  if (options.rows !== undefined) await runSql(definition.name, target.urls.owner, options.rows);
  const refuseCall = (name: string) => {
    throw new Error(`${definition.name} runs alone and cannot call ${name}`);
  };
  const subgraph = await openSubgraph({
    definition,
    sdl,
    schemaFile: entry.schemaFile,
    statements,
    urls: target.urls,
    environment,
    clientFor: options.clientFor ?? refuseCall,
  });
  opened.add(definition.name, subgraph.close);
  if (options.withDemo) await subgraph.demo();

  const callers = new Map(findCallers(sdl).map((name) => [name, newKeyPair()]));
  const trust = readTrust(formatTrust(callers));
  const log = openLog(environment, definition.name);
  const server = await serveSubgraph({
    subgraph,
    host: options.host,
    port: options.port,
    verify: createVerifier(definition.name, trust, identityLifetimeSeconds),
    log,
    timeoutMs: environment.REQUEST_TIMEOUT_MS,
    drainMs: environment.DRAIN_MS,
    isExplorable: true,
    operatorToken: environment.OPERATOR_TOKEN,
    release: environment.RELEASE,
  });
  opened.add('server', server.close);
  if (isHotReloadEnabled(environment)) {
    const stop = reloadOnChange({ ...ownSchema({ ...loaded, subgraph }), log, onReload: options.onReload });
    opened.add('watch over the schema', async () => stop());
  }
  onStep(`${definition.name} answers at ${server.url}`);
  const signFor = async (viewer: Viewer): Promise<string> => {
    const issuer = viewer.kind === 'service' ? viewer.name : 'gateway';
    const key = callers.get(issuer);
    if (key === undefined)
      throw new Error(`The SDL of ${definition.name} does not let the service "${issuer}" call it`);
    const sign = createSigner(issuer, readPrivateKey(key.privateKey), identityLifetimeSeconds);
    return `Bearer ${await sign(definition.name, viewer)}`;
  };
  const identities = listViewers([...callers.keys()]).map(async ({ who, viewer }) => ({
    who,
    authorization: await signFor(viewer),
  }));
  return {
    url: server.url,
    identities: await Promise.all(identities),
    signFor,
    statements: subgraph.statements,
  };
}

async function runSql(subgraph: string, url: string, sql: string): Promise<void> {
  const client = await connect({ subgraph, url, applicationName: 'tributary rows', work: 'migrations' });
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The callers that the subgraph accepts: the gateway, and the services that the SDL's @auth rules name. */
function findCallers(sdl: string): string[] {
  const named = [...sdl.matchAll(/"service:([a-z][a-z0-9_]*)"/g)].map(([, name = '']) => name);
  return [...new Set(['gateway', ...named])];
}

function listViewers(callers: readonly string[]): { who: string; viewer: Viewer }[] {
  const staff: Viewer = {
    kind: 'account',
    accountId: newAccountId(),
    sessionId: newSessionId(),
    roles: ['CUSTOMER', 'STAFF'],
  };
  return [
    { who: 'a visitor', viewer: anonymous },
    { who: 'staff', viewer: staff },
    ...callers.map((name) => ({
      who: `the service ${name}`,
      viewer: { kind: 'service', name } as const,
    })),
  ];
}

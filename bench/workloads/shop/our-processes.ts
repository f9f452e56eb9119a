// Tributary's graph as containers run it: a process for each subgraph and one for the gateway, over HTTP with signed identities.
// Other gateways use the same subgraphs; their clients send the identity that Tributary's gateway would sign.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SignJWT } from 'jose';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { formatTrust, newKeyPair, readPrivateKey } from '../../../platform/identity/signed-identity.ts';
import { getDatabaseKeys } from '../../../platform/process/database-urls.ts';
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import { readSchema, readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { startProgram } from '../../processes.ts';
import type { Databases } from './databases.ts';
import { measuredVariables } from './our-variables.ts';
import type { Customer } from './rows.ts';

const root = resolve(import.meta.dirname, '../../..');

export interface OurProcesses {
  url: string;
  gatewayPid: number;
  subgraphPids: readonly number[];
  /** The composed supergraph, with the URLs of the running subgraphs in it. */
  supergraphFile: string;
  subgraphs: readonly { name: string; url: string; sdl: string }[];
  /** An identity for all subgraphs, valid for an hour: what a gateway that signs nothing passes on for its client. */
  sign: (customer: Customer) => Promise<string>;
}

export async function startOurProcesses(
  { urls }: Pick<Databases, 'urls'>,
  folder: string,
  opened: OpenResources,
): Promise<OurProcesses> {
  const names = [...urls.keys()];
  const keys = new Map([...names, 'gateway'].map((name) => [name, newKeyPair()]));
  const ports = new Map(
    await Promise.all([...names, 'gateway'].map(async (name) => [name, await findFreePort()] as const)),
  );
  const routes = Object.fromEntries(
    names.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports.get(name)}/graphql`]),
  );
  const trust = formatTrust(keys);
  const start = (name: string, args: readonly string[], own: Record<string, string>) => {
    const variables = {
      ...measuredVariables,
      ...routes,
      ...own,
      DATA_DIR: join(folder, name),
      PORT: String(ports.get(name)),
      IDENTITY_KEY: keys.get(name)?.privateKey ?? '',
      IDENTITY_TRUST: trust,
    };
    const readyUrl = `http://127.0.0.1:${ports.get(name)}/health/ready`;
    return startProgram(name, [process.execPath, ...args], { cwd: root, variables, readyUrl }, opened);
  };
  const subgraphPids = await Promise.all(
    [...urls].map(([name, { runtime, owner }]) => {
      const { runtime: runtimeKey, owner: ownerKey } = getDatabaseKeys(name);
      return start(name, ['commands/subgraph.ts', name], { [runtimeKey]: runtime, [ownerKey]: owner });
    }),
  );
  const gatewayPid = await start('gateway', ['commands/gateway.ts'], {});
  const supergraphFile = join(folder, 'supergraph.graphql');
  const map = readSupergraphMap(undefined, routes);
  writeFileSync(supergraphFile, composeSupergraph(map).supergraphSdl);
  return {
    url: `http://127.0.0.1:${ports.get('gateway')}/graphql`,
    gatewayPid,
    subgraphPids,
    supergraphFile,
    subgraphs: map.subgraphs.map((entry) => ({
      name: entry.name,
      url: entry.routingUrl,
      sdl: readSchema(map, entry),
    })),
    sign: signerFor(names, keys.get('gateway')?.privateKey ?? ''),
  };
}

/** Signs as our gateway does, but once for all subgraphs and for as long as a run takes. */
function signerFor(audiences: readonly string[], privateKey: string): OurProcesses['sign'] {
  const key = readPrivateKey(privateKey);
  return ({ accountId, sessionId }) =>
    new SignJWT({ kind: 'account', sub: accountId, sid: sessionId, roles: ['CUSTOMER'] })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer('gateway')
      .setAudience([...audiences])
      .setIssuedAt()
      .setExpirationTime('1 h')
      .sign(key);
}

/** One process more than there are workers: the one that owns their port. */
export async function startWorkers(
  { urls }: Pick<Databases, 'urls'>,
  folder: string,
  opened: OpenResources,
): Promise<{ url: string; pids: readonly number[] }> {
  const port = await findFreePort();
  const databases = [...urls].map(([name, { runtime, owner }]) => {
    const keys = getDatabaseKeys(name);
    return { [keys.runtime]: runtime, [keys.owner]: owner };
  });
  const own = { DATA_DIR: join(folder, 'workers'), PORT: String(port), WORKERS: '2' };
  const variables = Object.assign({}, measuredVariables, own, ...databases) as Record<string, string>;
  const readyUrl = `http://127.0.0.1:${port}/health/ready`;
  const command = [process.execPath, 'commands/start.ts'] as const;
  const pid = await startProgram('workers', command, { cwd: root, variables, readyUrl }, opened);
  return { url: `http://127.0.0.1:${port}/graphql`, pids: [pid] };
}

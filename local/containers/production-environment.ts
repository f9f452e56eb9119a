// The environment of each process in production, as files for `node --env-file`: fresh keys and passwords, the addresses of one
// machine, and every setting of each subgraph with its words. All of it follows from supergraph.yaml and the subgraphs' folders.
import { randomBytes } from 'node:crypto';
import { formatTrust, newKeyPair } from '../../platform/identity/signed-identity.ts';
import { getIdentityKey, getPasswords } from './compose-file.ts';
import { listSigners, type SubgraphContainer } from './container.ts';

export interface EnvironmentFile {
  name: string;
  text: string;
}

/** `database` is the host of PostgreSQL, with its port: db.internal:5432. */
export function buildProductionFiles(
  containers: readonly SubgraphContainer[],
  database: string,
): EnvironmentFile[] {
  const shared = { keys: createKeys(containers), operatorToken: newSecret() };
  const urls = new Map(containers.map(({ name }) => [name, createDatabaseUrls(name, database)]));
  return [
    { name: 'gateway.env', text: buildGateway(containers, shared) },
    ...containers.map((container) => ({
      name: `${container.name}.env`,
      text: buildSubgraph(container, containers, { ...shared, urls: urls.get(container.name) }),
    })),
    { name: 'provision.env', text: buildProvisioning(containers, urls) },
  ];
}

/** The secrets that docker-compose.yml takes from .env. */
export function buildComposeSecrets(containers: readonly SubgraphContainer[]): string {
  const keys = createKeys(containers);
  const keyLines = [...keys].map(([service, { privateKey }]) => `${getIdentityKey(service)}=${privateKey}`);
  const passwords = containers.flatMap((container) =>
    Object.values(getPasswords(container)).map(({ key }) => `${key}=${newSecret()}`),
  );
  const lines = ['NODE_ENV=production', 'DEMO_DATA=false', `OPERATOR_TOKEN=${newSecret()}`];
  return `${[...lines, ...keyLines, `IDENTITY_TRUST=${formatTrust(keys)}`, ...passwords].join('\n')}\n`;
}

/** Letters, digits, "-" and "_" only, because passwords become part of URLs. */
function newSecret(): string {
  return randomBytes(24).toString('base64url');
}

/** The key pairs of the services that sign. */
type Keys = ReadonlyMap<string, ReturnType<typeof newKeyPair>>;

function createKeys(containers: readonly SubgraphContainer[]): Keys {
  return new Map(listSigners(containers).map((service) => [service, newKeyPair()]));
}

interface DatabaseUrls {
  runtime: string;
  owner: string;
}

function createDatabaseUrls(name: string, database: string): DatabaseUrls {
  const buildUrl = (role: string) => `postgresql://${role}:${newSecret()}@${database}/${name}`;
  return { runtime: buildUrl(name), owner: buildUrl(`${name}_owner`) };
}

interface Shared {
  keys: Keys;
  operatorToken: string;
}

function buildHead(command: string, port: string, operatorToken: string): string {
  return `# Read by: node --env-file=<this file> ${command}
NODE_ENV=production
# The address to listen on: 127.0.0.1 is reached from this machine only
HOST=127.0.0.1
PORT=${port}
# Sent to /health/ready by whoever may read its details
OPERATOR_TOKEN=${operatorToken}
`;
}

function buildGateway(containers: readonly SubgraphContainer[], shared: Shared): string {
  return `${buildHead('commands/gateway.ts', '4000', shared.operatorToken)}
# The key with which it signs the calls to the subgraphs
IDENTITY_KEY=${shared.keys.get('gateway')?.privateKey}
${containers.map(buildUrl).join('')}
# The proxies in front, such as 10.0.0.0/8, and the origins of front-ends that browsers may call from
TRUSTED_PROXIES=
CORS_ORIGINS=
`;
}

function buildSubgraph(
  container: SubgraphContainer,
  all: readonly SubgraphContainer[],
  { urls, operatorToken, keys }: Shared & { urls: DatabaseUrls | undefined },
): string {
  const { name, peers, url, databaseKeys } = container;
  const key = keys.get(name)?.privateKey;
  const identity =
    key === undefined ? '' : `# The key with which it signs its own calls\nIDENTITY_KEY=${key}\n`;
  return `${buildHead(`commands/subgraph.ts ${name}`, url.port, operatorToken)}
# The callers whose signatures it accepts
IDENTITY_TRUST=${formatTrust(keys)}
${identity}${all
  .filter((one) => peers.includes(one.name))
  .map(buildUrl)
  .join('')}
# The role that answers queries, and the one that owns the tables and migrates
${databaseKeys.runtime}=${urls?.runtime}
${databaseKeys.owner}=${urls?.owner}
${listSettings(container)}`;
}

function buildUrl({ name, url }: SubgraphContainer): string {
  return `# Where ${name} answers; several instances: their URLs, separated by commas\n${url.key}=${url.local}\n`;
}

/** Each setting with its comment. One that has a default is commented out; one without waits for its value. */
function listSettings({ settings, settingsText }: SubgraphContainer): string {
  const blocks = settingsText.matchAll(/((?:#.*\n)+)(\w+)=(.*)\n/g);
  return [...blocks]
    .filter(([, , key = '']) => key in settings)
    .map(
      ([, comment = '', key = '', value = '']) => `\n${comment}${value === '' ? '' : '#'}${key}=${value}\n`,
    )
    .join('');
}

function buildProvisioning(
  containers: readonly SubgraphContainer[],
  urls: ReadonlyMap<string, DatabaseUrls>,
): string {
  const databases = containers.map(({ name, databaseKeys: keys }) => {
    const own = urls.get(name);
    return `\n${keys.runtime}=${own?.runtime}\n${keys.owner}=${own?.owner}\n${keys.admin}=\n`;
  });
  return `# Read by: node --env-file=<this file> commands/provision.ts
# It has the passwords of all databases: no process that answers requests reads it. Set the URLs of whoever may create databases.
NODE_ENV=production
${databases.join('')}`;
}

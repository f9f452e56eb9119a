// The part of docker-compose.yml that follows from supergraph.yaml: for each subgraph a container, a one-shot provisioning, a
// database, and a network that only these three are on. What is the same for all of them stands above, in anchors.
import { gatewayDefaults } from '../../gateway/settings/settings.ts';
import { deriveDevelopmentKey } from '../../platform/identity/development-key.ts';
import { formatTrust } from '../../platform/identity/signed-identity.ts';
import { listSigners, type SubgraphContainer } from './container.ts';

export function buildComposeFile(containers: readonly SubgraphContainer[]): string {
  const extensions = containers.map(({ extension }) => extension);
  const each = (build: (container: SubgraphContainer) => string) => containers.map(build).join('\n');
  const getDatabaseName = ({ name }: SubgraphContainer) => `${name}-database`;
  return `${buildGatewaySettings()}
${buildTrust(listSigners(containers))}
${each(buildDatabaseVariables)}
services:
${buildGateway(containers)}
${each((container) => buildSubgraph(container, containers))}
${extensions.flatMap(({ services }) => (services === '' ? [] : [`${services}\n`])).join('')}${each(buildProvisioning)}
${each(buildDatabase)}
volumes:
${containers.map((container) => `  ${getDatabaseName(container)}:\n`).join('')}${extensions.map(({ volumes }) => volumes).join('')}
networks:
  # Clients reach the gateway over this network. No other service is on it.
  front:
  graph: { internal: true }
${extensions.map(({ networks }) => networks).join('')}${containers.map((container) => `  ${getDatabaseName(container)}: { internal: true }\n`).join('')}`;
}

/** The public keys of the processes that call subgraphs. */
export function formatDevelopmentTrust(services: readonly string[]): string {
  return formatTrust(services.map((service) => [service, deriveDevelopmentKey(service)]));
}

/** The variable of a service's private key, in docker-compose.yml and .env. */
export function getIdentityKey(service: string): string {
  return `${service.toUpperCase()}_IDENTITY_KEY`;
}

/** A variable of .env and its default. */
interface Variable {
  key: string;
  value: string;
}

/** The passwords of a subgraph's roles. */
export function getPasswords({
  name,
}: Pick<SubgraphContainer, 'name'>): Record<'runtime' | 'owner' | 'admin', Variable> {
  const prefix = name.toUpperCase();
  return {
    runtime: { key: `${prefix}_DATABASE_PASSWORD`, value: `development-${name}` },
    owner: { key: `${prefix}_OWNER_DATABASE_PASSWORD`, value: `development-${name}-owner` },
    admin: { key: `${prefix}_ADMIN_DATABASE_PASSWORD`, value: `development-${name}-admin` },
  };
}

/** They are for a supergraph file of other subgraphs, and the container has none: it serves the subgraphs beside it. */
const supergraphFileSettings = ['SUPERGRAPH', 'FORWARD_HEADERS', 'FORWARD_ERRORS'];

function buildGatewaySettings(): string {
  const settings = Object.entries(gatewayDefaults).filter(([key]) => !supergraphFileSettings.includes(key));
  const lines = settings.map(([key, value]) => `  ${key}: ${expand({ key, value })}\n`);
  return `x-gateway-settings: &gateway-settings\n${lines.join('')}`;
}

function buildTrust(services: readonly string[]): string {
  return `x-identity-trust: &identity-trust
  # The public keys of the processes that call subgraphs.
  IDENTITY_TRUST: \${IDENTITY_TRUST:-${formatDevelopmentTrust(services)}}
`;
}

function buildDatabaseVariables(container: SubgraphContainer): string {
  const { name, databaseKeys: keys } = container;
  const passwords = getPasswords(container);
  return `x-${name}-databases: &${name}-databases
  ${keys.runtime}: postgresql://${name}:${expand(passwords.runtime)}@${name}-database:5432/${name}
  ${keys.owner}: postgresql://${name}_owner:${expand(passwords.owner)}@${name}-database:5432/${name}
`;
}

function buildGateway(containers: readonly SubgraphContainer[]): string {
  return `  gateway:
    <<: *gateway
    environment:
      <<: [*gateway-variables, *gateway-settings]
      IDENTITY_KEY: ${buildPrivateKey('gateway')}
${containers.map(buildUrl).join('')}    depends_on:
${containers.map(({ name }) => `      ${name}: { condition: service_healthy }\n`).join('')}`;
}

function buildSubgraph(container: SubgraphContainer, all: readonly SubgraphContainer[]): string {
  const { name, peers, url, extension } = container;
  const isPeer = (one: SubgraphContainer) => peers.includes(one.name);
  const settings = Object.entries(container.settings).map(([key, value]) => [key, expand({ key, value })]);
  const environment = { ...Object.fromEntries(settings), ...extension.own.environment };
  const identity = peers.length > 0 ? `      IDENTITY_KEY: ${buildPrivateKey(name)}\n` : '';
  // A subgraph that calls one of the earlier ones waits for it, and stops before it. Two that call each other cannot both wait.
  const earlier = all.slice(0, all.indexOf(container)).filter(isPeer);
  const dependencies = Object.entries(extension.own.depends_on).map(
    ([service, { condition }]) => [service, condition] as const,
  );
  return `  ${name}:
    <<: *process
    command: [node, commands/subgraph.ts, ${name}]
    environment:
      <<: [*subgraph-variables, *identity-trust, *${name}-databases]
      PORT: '${url.port}'
${Object.entries(environment)
  .map(([key, value]) => `      ${key}: ${value}\n`)
  .join(
    '',
  )}${identity}${all.filter(isPeer).map(buildUrl).join('')}    networks: [${['graph', `${name}-database`, ...extension.own.networks].join(', ')}]
    depends_on:
${[
  [`${name}-provision`, 'service_completed_successfully'] as const,
  ...earlier.map((peer) => [peer.name, 'service_healthy'] as const),
  ...dependencies,
]
  .map(([service, condition]) => `      ${service}: { condition: ${condition} }\n`)
  .join('')}`;
}

function buildProvisioning(container: SubgraphContainer): string {
  const { name, databaseKeys: keys } = container;
  return `  ${name}-provision:
    <<: *provision
    command: [node, commands/provision.ts, ${name}]
    environment:
      <<: [*variables, *${name}-databases]
      ${keys.admin}: postgresql://postgres:${expand(getPasswords(container).admin)}@${name}-database:5432/postgres
    networks: [${name}-database]
    depends_on:
      ${name}-database: { condition: service_healthy }
`;
}

function buildDatabase(container: SubgraphContainer): string {
  const { name } = container;
  return `  ${name}-database:
    <<: *postgres
    environment:
      <<: *postgres-variables
      POSTGRES_PASSWORD: ${expand(getPasswords(container).admin)}
    volumes: ['${name}-database:/var/lib/postgresql']
    networks: [${name}-database]
`;
}

function buildUrl({ name, url }: SubgraphContainer): string {
  return `      ${url.key}: http://${name}:${url.port}/graphql\n`;
}

function buildPrivateKey(service: string): string {
  return expand({ key: getIdentityKey(service), value: deriveDevelopmentKey(service).privateKey });
}

/** What docker-compose replaces by the variable, or by its default. */
function expand({ key, value }: Variable): string {
  return `\${${key}:-${value}}`;
}

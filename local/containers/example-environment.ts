// The part of .env.example that follows from supergraph.yaml: the settings of each subgraph, with the words of its settings.env, and
// the databases, addresses, keys and passwords of all.
import { parseEnv } from 'node:util';
import { deriveDevelopmentKey } from '../../platform/identity/development-key.ts';
import { formatDevelopmentTrust, getIdentityKey, getPasswords } from './compose-file.ts';
import { listSigners, type SubgraphContainer } from './container.ts';

/** Throws an Error for a setting that settings.env of its subgraph leaves out. */
export function buildExampleEnvironment(containers: readonly SubgraphContainer[]): string {
  const signers = listSigners(containers);
  const settings = containers.flatMap(requireSettings);
  return `${settings.length === 0 ? '' : `${settings.join('\n')}\n`}${formatTitle('Databases of your own')}
# Without any of these, \`npm start\` uses the embedded PostgreSQL. If one is set, all have to be set. Passwords in production
# need 16 characters or more. docker-compose makes them itself. See docs/databases.md.

${containers.map(buildDatabases).join('\n')}
${formatTitle('Separate processes')}
# One process for each subgraph and one for the gateway, over HTTP. The keys here are for development: they are public, and
# production refuses them. Make your own with: npm run keys. In production a process needs the URL of each subgraph that it calls.

# Not in docker-compose, which has GATEWAY_IDENTITY_KEY and so on. The private key of this process (this one is the gateway's); each process that calls others has a different one
IDENTITY_KEY=${deriveDevelopmentKey('gateway').privateKey}
# For subgraphs: the public keys of the callers that they trust; a caller may have several entries while one key replaces another
IDENTITY_TRUST=${formatDevelopmentTrust(signers)}
${containers.map(({ name, url }) => `# The URL at which ${name} answers GraphQL; several instances: their URLs, separated by commas (docker-compose: its container)\n${url.key}=${url.local}\n`).join('')}
${formatTitle('Only docker-compose')}
# docker-compose makes the URLs above from these passwords. They become part of URLs: use letters, digits, "-" and "_".

${signers.map(buildPrivateKey).join('')}${containers.map(buildPasswords).join('')}`;
}

function requireSettings({ name, settings, settingsText }: SubgraphContainer): string[] {
  const described = parseEnv(settingsText);
  const missing = Object.keys(settings).filter((key) => !(key in described));
  if (missing.length > 0)
    throw new Error(
      `subgraphs/${name}/settings.env leaves out ${missing.join(', ')}: describe each in a comment, and give its default`,
    );
  return settingsText === '' ? [] : [`${formatTitle(`The subgraph ${name}`)}\n\n${settingsText}`];
}

function formatTitle(title: string): string {
  return `# --- ${title} `.padEnd(117, '-');
}

function buildDatabases({ name, databaseKeys: keys }: SubgraphContainer): string {
  return `# ${name}: postgresql://${name}:<password>@<host>:5432/${name}, the role that answers queries
${keys.runtime}=
# ${name}: postgresql://${name}_owner:<password>@<host>:5432/${name}, the role that owns the tables and migrates
${keys.owner}=
# ${name}: postgresql://postgres:<password>@<host>:5432/postgres, a role with CREATEDB and CREATEROLE, or a superuser, only for \`npm run provision\`
${keys.admin}=
`;
}

function buildPrivateKey(service: string): string {
  const { privateKey } = deriveDevelopmentKey(service);
  return `# The private key of the container ${service}\n${getIdentityKey(service)}=${privateKey}\n`;
}

function buildPasswords(container: SubgraphContainer): string {
  const lines = Object.values(getPasswords(container)).map(({ key, value }) => `${key}=${value}\n`);
  return `# ${container.name}: passwords of the role that answers queries, of the owner and of the superuser\n${lines.join('')}`;
}

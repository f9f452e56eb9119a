// npm run keys [-- <service> …]: prints new Ed25519 keys for processes that call others, as environment variables.
// Each process gets its own IDENTITY_KEY; all get the same IDENTITY_TRUST. Without names: the gateway, and the subgraphs whose
// index.ts names peers. With --add <service>: a new key for one of them, beside those that IDENTITY_TRUST has (docs/rotation.md).
import { listSigners } from '../local/containers/container.ts';
import { formatTrust, newKeyPair, readTrust, serviceName } from '../platform/identity/signed-identity.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { loadEnvironmentFile, readEnvironment } from '../platform/process/environment.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { EnvironmentError } from '../platform/process/variables.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { loadSubgraph } from '../subgraphs/load.ts';

const usage =
  'usage: npm run keys [-- <service> …, or --add <service>], each name once and in a-z, 0-9 and _';

await runCommand(async (args) => {
  const isAddition = args[0] === '--add';
  const names = isAddition ? args.slice(1) : args;
  // IDENTITY_TRUST is a list of name=key, separated by commas.
  if (names.some((name) => !serviceName.test(name)) || new Set(names).size < names.length)
    throw new UsageError(usage);
  if (!isAddition) return printKeys(names.length > 0 ? names : await listCallers());
  const [service, ...more] = names;
  if (service === undefined || more.length > 0) throw new UsageError(usage);
  loadEnvironmentFile();
  printAddition(service, readEnvironment().IDENTITY_TRUST);
});

function printKeys(services: readonly string[]): void {
  const keys = new Map(services.map((service) => [service, newKeyPair()]));
  for (const [service, { privateKey }] of keys) print(`# only for ${service}:\nIDENTITY_KEY=${privateKey}\n`);
  print('# for every subgraph:');
  print(`IDENTITY_TRUST=${formatTrust(keys)}`);
}

/** The variables of the three steps in which a key replaces the one that IDENTITY_TRUST has. Throws EnvironmentError. */
function printAddition(service: string, trust: string | undefined): void {
  if (trust === undefined)
    throw new EnvironmentError([
      'IDENTITY_TRUST: is missing. It has the keys of today: read them from the file of a subgraph, with node --env-file=… commands/keys.ts --add',
    ]);
  const entries = trust.split(',').map((entry) => entry.trim());
  const others = entries.filter((entry) => !entry.startsWith(`${service}=`));
  if (others.length === entries.length)
    throw new EnvironmentError([
      `IDENTITY_TRUST: has no key of "${service}" that a new one could replace; it has those of ${listNames(entries)}`,
    ]);
  const key = newKeyPair();
  const added = formatTrust([[service, key]]);
  const both = [...entries, added].join(',');
  refuseInvalidTrust(both);
  print(`# 1. for every subgraph:\nIDENTITY_TRUST=${both}\n`);
  print(
    `# 2. only for ${service}, when every subgraph has restarted with 1:\nIDENTITY_KEY=${key.privateKey}\n`,
  );
  print(`# 3. for every subgraph, when every ${service} has restarted with 2:`);
  print(`IDENTITY_TRUST=${[...others, added].join(',')}`);
}

function listNames(entries: readonly string[]): string {
  return [...new Set(entries.map((entry) => entry.split('=', 1)[0]))].join(', ');
}

function refuseInvalidTrust(trust: string): void {
  try {
    readTrust(trust);
  } catch (cause) {
    throw new EnvironmentError([`IDENTITY_TRUST: ${cause instanceof Error ? cause.message : cause}`]);
  }
}

async function listCallers(): Promise<string[]> {
  const definitions = await Promise.all(readSupergraphMap().subgraphs.map(loadSubgraph));
  return listSigners(definitions);
}

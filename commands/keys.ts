// npm run keys [-- <service> …]: prints new Ed25519 keys for processes that call others, as environment variables.
// Each process gets its own IDENTITY_KEY; all get the same IDENTITY_TRUST. Without names: the gateway, and the subgraphs whose
// index.ts names peers.
import { listSigners } from '../local/containers/container.ts';
import { newKeyPair } from '../platform/identity/signed-identity.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { loadSubgraph } from '../subgraphs/load.ts';

await runCommand(async (args) => {
  const services = args.length > 0 ? args : await listCallers();
  // IDENTITY_TRUST is a list of name=key, separated by commas, in which the last of two keys for one name would win.
  if (services.some((name) => !/^[a-z][a-z0-9_]*$/.test(name)) || new Set(services).size < services.length)
    throw new UsageError('usage: npm run keys [-- <service> …], each name once and in a-z, 0-9 and _');
  const pairs = services.map((service) => ({ service, ...newKeyPair() }));
  for (const { service, privateKey } of pairs) print(`# only for ${service}:\nIDENTITY_KEY=${privateKey}\n`);
  print('# for every subgraph:');
  print(`IDENTITY_TRUST=${pairs.map(({ service, publicKey }) => `${service}=${publicKey}`).join(',')}`);
});

async function listCallers(): Promise<string[]> {
  const definitions = await Promise.all(readSupergraphMap().subgraphs.map(loadSubgraph));
  return listSigners(definitions.map(({ name, peers = [] }) => ({ name, peers })));
}

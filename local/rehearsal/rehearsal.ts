// Replays a subgraph's contract against the subgraph alone: over HTTP, with signed identities, and with the rows of its fixture in
// its own database. Its fixture answers for its peers. It reads the folder of the subgraph and contracts/, and needs no other part
// of the graph.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readComposedSchema } from '../../checks/contract/composed-schema.ts';
import { readContract } from '../../checks/contract/contract.ts';
import { httpEndpoint } from '../../checks/contract/endpoint.ts';
import { schemaFile } from '../../checks/contract/files.ts';
import { addCallers, readFixture } from '../../checks/contract/fixture.ts';
import { openPeerAnswers } from '../../checks/contract/peer-answers.ts';
import { type Finding, replay } from '../../checks/contract/replay.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import type { Environment } from '../../platform/process/environment.ts';
import { OpenResources } from '../../platform/process/shutdown.ts';
import type { SubgraphEntry } from '../../platform/supergraph-map.ts';
import { serveAlone } from '../graph/alone.ts';
import type { LoadedSubgraph } from '../graph/loaded-graph.ts';

export interface Rehearsal {
  findings: readonly Finding[];
  interactions: number;
}

export interface RehearsalOptions {
  entry: SubgraphEntry;
  loaded: LoadedSubgraph;
  /** The URLs of an empty database, with a superuser. */
  urls: ReadonlyMap<string, DatabaseUrls>;
  environment: Environment;
  /** The folder of the contracts. */
  contracts: string;
}

/** Closes everything that it opened. Throws for a contract or a fixture that is missing or cannot be read. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { entry, contracts } = options;
  const contractFile = join(contracts, `${entry.name}.json`);
  const contract = readContract(readRequiredFile(contractFile, 'npm run contract:record'), contractFile);
  const fixture = readFixture(join(entry.folder, 'fixtures', 'contract.json'));
  const schemaPath = join(contracts, schemaFile);
  const schema = readComposedSchema(readRequiredFile(schemaPath, 'npm run contract:record'), schemaPath);
  const peers = openPeerAnswers(fixture, schema);
  const opened = new OpenResources();
  try {
    const alone = await serveAlone({
      loaded: removeBackground(options.loaded),
      urls: options.urls,
      environment: options.environment,
      opened,
      host: '127.0.0.1',
      port: 0,
      withDemo: false,
      rows: readRequiredFile(join(entry.folder, 'fixtures', 'rows.sql'), 'an editor'),
      clientFor: peers.clientFor,
      onStep: () => {},
    });
    const endpoint = {
      ...httpEndpoint(alone.url, addCallers(fixture, contract), alone.signFor),
      statements: alone.statements,
    };
    const findings = await replay(contract, { endpoint, fixture, schema });
    return { findings: [...findings, ...peers.findings()], interactions: contract.interactions.length };
  } finally {
    await opened.close();
  }
}

/** The statements of background work would be counted as those of the interactions, and it calls other subgraphs. */
function removeBackground(loaded: LoadedSubgraph): LoadedSubgraph {
  const { background: _, ...definition } = loaded.definition;
  return { ...loaded, definition };
}

function readRequiredFile(file: string, remedy: string): string {
  if (!existsSync(file))
    throw new Error(`${relative(process.cwd(), file)} is missing; write it with ${remedy}`);
  return readFileSync(file, 'utf8');
}

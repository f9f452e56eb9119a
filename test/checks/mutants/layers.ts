// What each of the three layers says of a changed graph: composition, the schema check against the graph as it was, and the
// replay of contracts against the changed subgraph alone. An empty list: it reports nothing.

import { printComposedSchema } from '../../../checks/contract/composed-schema.ts';
import { extractContracts } from '../../../checks/contract/extract.ts';
import { buildContractFiles, writeContracts } from '../../../checks/contract/files.ts';
import { OperationsError } from '../../../checks/operations.ts';
import { checkSchema } from '../../../checks/schema/check.ts';
import {
  type Composed,
  composeVersion,
  type GraphVersion,
  readVersionSchema,
} from '../../../checks/schema/graph-version.ts';
import { loadSubgraphFiles } from '../../../local/graph/loaded-graph.ts';
import { rehearse } from '../../../local/rehearsal/rehearsal.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { findEntry } from '../../../subgraphs/load.ts';
import type { EmptyDatabases } from './empty-databases.ts';
import type { Layer } from './mutant.ts';
import type { Patched } from './project-copy.ts';

/** In the order in which the layer says it, without repetition. */
export type Report = Readonly<Record<Layer, readonly string[]>>;

export interface Where {
  databases: EmptyDatabases;
  dataDir: string;
  /** The graph as it was, and its supergraph. */
  base: GraphVersion;
  composed: Composed;
  /** Its contracts, as they are committed. */
  contracts: string;
}

export async function reportOf(subgraph: string, changed: Patched, where: Where): Promise<Report> {
  const sdlOf = (version: GraphVersion) => readVersionSchema(version, findEntry(version.map, subgraph));
  const isSameSdl = sdlOf(changed.version) === sdlOf(where.base);
  const composed = isSameSdl ? undefined : composeVersion(changed.version);
  const drawn =
    composed?.supergraphSdl === undefined ? false : drawContracts(changed, composed.supergraphSdl);
  return {
    composition: composed === undefined || composed.problems.length === 0 ? [] : ['refused'],
    'schema check':
      composed?.supergraphSdl === undefined ? [] : await schemaReport(changed.version, composed, where),
    'provider contract': [
      ...new Set([
        ...(await replayed(subgraph, changed, where.contracts, where)),
        // The team commits these with its change, since the test command demands it.
        ...(drawn ? await replayed(subgraph, changed, changed.contracts, where) : []),
      ]),
    ],
  };
}

/** The contracts of a graph, beside it. False where a registered operation does not fit it any more. */
export function drawContracts({ version, contracts }: Patched, supergraphSdl: string): boolean {
  const names = version.map.subgraphs.map(({ name }) => name);
  try {
    const drawn = extractContracts(supergraphSdl, names, version.operations);
    writeContracts(contracts, buildContractFiles(drawn, printComposedSchema(supergraphSdl)));
    return true;
  } catch (cause) {
    if (cause instanceof OperationsError) return false;
    throw cause;
  }
}

/** The operations that it says break, or may be surprised; anything else that keeps it from passing. */
async function schemaReport(
  candidate: GraphVersion,
  composed: Composed,
  { base, composed: before }: Where,
): Promise<string[]> {
  const { lines, passes } = await checkSchema(
    { base, candidate, close: () => {} },
    { allowUnused: false, composed: { base: before, candidate: composed } },
  );
  const said = lines.flatMap((line) => {
    const [, verb, operation] = /^ {6}(breaks|may surprise) (\w+) at /.exec(line) ?? [];
    return verb === undefined ? [] : `${verb} ${operation}`;
  });
  return [...new Set(said.length === 0 && !passes ? ['breaking'] : said)].sort();
}

/** The ways of asking in which something did not hold. */
async function replayed(
  subgraph: string,
  { version }: Patched,
  contracts: string,
  { databases, dataDir }: Where,
): Promise<string[]> {
  const entry = findEntry(version.map, subgraph);
  const loaded = await loadSubgraphFiles(version.map, entry);
  const { findings } = await databases.with(subgraph, (urls) =>
    rehearse({
      entry,
      loaded,
      urls: new Map([[subgraph, urls]]),
      environment: readEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', NODE_ENV: 'test' }),
      contracts,
    }),
  );
  return findings.map(({ check }) => check);
}

// The graph as it is read from files, before anything is opened: definitions, SDL and the composed supergraph.
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import type { LocatedStatement } from '../../platform/database/declared-statements.ts';
import type { SubgraphDefinition } from '../../platform/subgraph/definition.ts';
import { readSchema, type SubgraphEntry, type SupergraphMap } from '../../platform/supergraph-map.ts';
import {
  loadStatements,
  loadSubgraph,
  refuseUnknownPeers,
  refuseUnpublishedEvents,
} from '../../subgraphs/load.ts';

export interface LoadedSubgraph {
  map: SupergraphMap;
  entry: SubgraphEntry;
  definition: SubgraphDefinition;
  sdl: string;
  /** The SQL statements that its files declare. */
  statements: readonly LocatedStatement[];
}

export interface LoadedGraph {
  map: SupergraphMap;
  subgraphs: readonly LoadedSubgraph[];
  supergraphSdl: string;
}

/** Throws SupergraphMapError and CompositionError, before anything is opened. */
export async function loadGraph(map: SupergraphMap): Promise<LoadedGraph> {
  return composeGraph(map, await Promise.all(map.subgraphs.map((entry) => loadSubgraphFiles(map, entry))));
}

/** Throws CompositionError. */
export async function composeGraph(
  map: SupergraphMap,
  subgraphs: readonly LoadedSubgraph[],
): Promise<LoadedGraph> {
  return { map, subgraphs, supergraphSdl: composeSupergraph(map).supergraphSdl };
}

export async function loadSubgraphFiles(map: SupergraphMap, entry: SubgraphEntry): Promise<LoadedSubgraph> {
  const definition = await loadSubgraph(entry);
  refuseUnknownPeers(map, definition);
  await refuseUnpublishedEvents(map, definition);
  return { map, entry, definition, sdl: readSchema(map, entry), statements: await loadStatements(entry) };
}

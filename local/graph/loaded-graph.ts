// The graph as it is read from files, before anything is opened: definitions, SDL and the composed supergraph.
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import type { SubgraphDefinition } from '../../platform/subgraph/definition.ts';
import { readSchema, type SubgraphEntry, type SupergraphMap } from '../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../subgraphs/load.ts';

export interface LoadedSubgraph {
  map: SupergraphMap;
  entry: SubgraphEntry;
  definition: SubgraphDefinition;
  sdl: string;
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
  return { map, entry, definition: await loadSubgraph(entry), sdl: readSchema(map, entry) };
}

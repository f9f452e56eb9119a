// Reloads the graph in one process when its files change. Either all subgraphs and the gateway take a change, or none does. Code
// and databases are not reloaded: a new subgraph needs a new start, which creates its database. A subgraph that leaves the map
// leaves the graph, and stays open until the process ends.
import { relative } from 'node:path';
import { createMapSource, type MapState } from '../../gateway/supergraph/map-source.ts';
import type { ReloadableSource } from '../../gateway/supergraph/source.ts';
import { SubgraphSchemaError } from '../../platform/subgraph/schema.ts';
import type { Subgraph } from '../../platform/subgraph/subgraph.ts';
import type { SubgraphEntry } from '../../platform/supergraph-map.ts';
import type { LoadedGraph } from './loaded-graph.ts';

export function createGraphSource(
  { map, subgraphs: loaded, supergraphSdl }: LoadedGraph,
  subgraphs: ReadonlyMap<string, Subgraph>,
): ReloadableSource {
  const schemas = new Map(loaded.map(({ definition, sdl }) => [definition.name, sdl]));
  return createMapSource({
    map,
    requiredSubgraphs: ['accounts'],
    loaded: { schemas, supergraphSdl },
    prepare: (next, before) => prepareAll(next, before, subgraphs),
  });
}

/** Returns a function that makes every subgraph serve its new schema. Throws SubgraphSchemaError with the problems of all subgraphs. */
function prepareAll(next: MapState, before: MapState, subgraphs: ReadonlyMap<string, Subgraph>): () => void {
  const problems: string[] = [];
  const changed = next.map.subgraphs.filter(
    ({ name }) => next.schemas.get(name) !== before.schemas.get(name) || !subgraphs.has(name),
  );
  const prepared = changed.flatMap((entry) => {
    const subgraph = subgraphs.get(entry.name);
    if (subgraph === undefined) {
      problems.push(describeNewSubgraph(next, entry));
      return [];
    }
    try {
      return [subgraph.prepareSchema({ sdl: next.schemas.get(entry.name) ?? '', file: entry.schemaFile })];
    } catch (cause) {
      if (!(cause instanceof SubgraphSchemaError)) throw cause;
      problems.push(...cause.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new SubgraphSchemaError(problems);
  return () => {
    for (const serve of prepared) serve();
  };
}

function describeNewSubgraph({ map }: MapState, { name, line }: SubgraphEntry): string {
  return `${relative(process.cwd(), map.file)}:${line}: "${name}" is new. Start again: only a start creates its database.`;
}

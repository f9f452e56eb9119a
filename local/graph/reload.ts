// The graph in one process while its files change: all of it takes a change, subgraphs and gateway, or none of it does.
// Code and databases are not part of it: a new subgraph, whose database must be made first, asks for a new start. One that
// leaves the map leaves the graph, and stays open until the process ends.
import { relative } from 'node:path';
import { createMapSource, type MapState } from '../../gateway/supergraph/map-source.ts';
import type { FollowedSource } from '../../gateway/supergraph/source.ts';
import { ChangedSchemaError } from '../../platform/subgraph/schema-reload.ts';
import type { Subgraph } from '../../platform/subgraph/subgraph.ts';
import type { SubgraphEntry } from '../../platform/supergraph-map.ts';
import type { LoadedGraph } from './loaded-graph.ts';

export function graphSource(
  { map, subgraphs: loaded, supergraphSdl }: LoadedGraph,
  subgraphs: ReadonlyMap<string, Subgraph>,
): FollowedSource {
  const schemas = new Map(loaded.map(({ definition, sdl }) => [definition.name, sdl]));
  return createMapSource({
    map,
    requiredSubgraphs: ['accounts'],
    loaded: { schemas, supergraphSdl },
    prepare: (next, before) => prepareAll(next, before, subgraphs),
  });
}

/** Throws ChangedSchemaError with the problems of all; what it answers makes every subgraph serve its new schema. */
function prepareAll(next: MapState, before: MapState, subgraphs: ReadonlyMap<string, Subgraph>): () => void {
  const problems: string[] = [];
  const changed = next.map.subgraphs.filter(
    ({ name }) => next.schemas.get(name) !== before.schemas.get(name) || !subgraphs.has(name),
  );
  const prepared = changed.flatMap((entry) => {
    const subgraph = subgraphs.get(entry.name);
    if (subgraph === undefined) {
      problems.push(newSubgraph(next, entry));
      return [];
    }
    try {
      return [subgraph.prepare({ sdl: next.schemas.get(entry.name) ?? '', file: entry.schemaFile })];
    } catch (cause) {
      if (!(cause instanceof ChangedSchemaError)) throw cause;
      problems.push(...cause.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ChangedSchemaError(problems);
  return () => {
    for (const serve of prepared) serve();
  };
}

function newSubgraph({ map }: MapState, { name, line }: SubgraphEntry): string {
  return `${relative(process.cwd(), map.file)}:${line}: "${name}" is new. Start again: its database is made at the start alone.`;
}

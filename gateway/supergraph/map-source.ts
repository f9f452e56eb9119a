// Composes the supergraph from supergraph.yaml and the SDL of its subgraphs, and again when one of these files changes.
import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  readSchema,
  readSupergraphMap,
  type SupergraphMap,
  SupergraphMapError,
} from '../../platform/supergraph-map.ts';
import { composeSupergraph } from './compose.ts';
import { createChangingSource, type ReloadableSource } from './source.ts';

/** The map and the SDL files that it names, as they were read. */
export interface MapState {
  map: SupergraphMap;
  /** SDL by subgraph. */
  schemas: ReadonlyMap<string, string>;
}

export interface MapSourceOptions {
  map: SupergraphMap;
  /** Subgraphs that the gateway calls for itself: a map without one of them is refused. */
  requiredSubgraphs: readonly string[];
  /** The result of reading and composing the map before; otherwise the source does it. */
  loaded?: { schemas: ReadonlyMap<string, string>; supergraphSdl: string };
  /** Called before the new state is served: throws to refuse it, and returns a function to call after every listener accepted it. */
  prepare?: (next: MapState, before: MapState) => () => void;
}

/** Throws SupergraphMapError and CompositionError. */
export function createMapSource({
  map,
  requiredSubgraphs,
  loaded,
  prepare,
}: MapSourceOptions): ReloadableSource {
  let served: MapState = loaded === undefined ? readState(map) : { map, schemas: loaded.schemas };
  // The map that was read last, even if it cannot be served: a change of a schema file that only this map names may repair it.
  let watched = map;
  const source = createChangingSource(loaded?.supergraphSdl ?? composeSupergraph(map).supergraphSdl);
  const reload = (): boolean => {
    watched = readSupergraphMap(map.file);
    const next = readState(watched);
    if (isSameState(next, served)) return false;
    checkRequiredSubgraphs(requiredSubgraphs, next.map);
    const composed = composeSupergraph(next.map).supergraphSdl;
    const finish = prepare?.(next, served);
    source.offer(composed);
    finish?.();
    served = next;
    return true;
  };
  const files = () => [map.file, ...watched.subgraphs.map(({ schemaFile }) => schemaFile)];
  return Object.assign(source, { reloadOptions: { name: 'the graph', files, reload } });
}

function checkRequiredSubgraphs(
  requiredSubgraphs: readonly string[],
  { file, subgraphs }: SupergraphMap,
): void {
  const missing = requiredSubgraphs.find((name) => !subgraphs.some((entry) => entry.name === name));
  if (missing === undefined) return;
  throw new SupergraphMapError(
    `${relative(process.cwd(), file)}: the gateway calls "${missing}" itself; put its entry back`,
  );
}

function readState(map: SupergraphMap): MapState {
  return { map, schemas: new Map(map.subgraphs.map((entry) => [entry.name, readSchema(map, entry)])) };
}

function isSameState(next: MapState, before: MapState): boolean {
  return isDeepStrictEqual(getComparableState(next), getComparableState(before));
}

/** The parts that the supergraph depends on. The lines of the entries in the map are not among them. */
function getComparableState({ map, schemas }: MapState): unknown {
  const entries = map.subgraphs.map(({ name, routingUrl }) => ({ name, routingUrl, sdl: schemas.get(name) }));
  return { version: map.federationVersion, entries };
}

// The graph as supergraph.yaml says: composed from the subgraphs' SDL, and again whenever one of those files changes.
import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  readSchema,
  readSupergraphMap,
  type SupergraphMap,
  SupergraphMapError,
} from '../../platform/supergraph-map.ts';
import { composeSupergraph } from './compose.ts';
import { createChangingSource, type FollowedSource } from './source.ts';

/** What was read of the map, before anything is made of it. */
export interface MapState {
  map: SupergraphMap;
  /** SDL by the subgraph's name. */
  schemas: ReadonlyMap<string, string>;
}

export interface MapSourceOptions {
  map: SupergraphMap;
  /** Subgraphs that the gateway itself asks. */
  requiredSubgraphs: readonly string[];
  /** What was read and composed of it before. Without, it is read and composed now. */
  loaded?: { schemas: ReadonlyMap<string, string>; supergraphSdl: string };
  /** Sees what changed before anybody takes it. Throws to refuse it; what it answers is called once all have taken it. */
  prepare?: (next: MapState, before: MapState) => () => void;
}

/** Throws SupergraphMapError and CompositionError. */
export function createMapSource({
  map,
  requiredSubgraphs,
  loaded,
  prepare,
}: MapSourceOptions): FollowedSource {
  let served: MapState = loaded === undefined ? readState(map) : { map, schemas: loaded.schemas };
  // Also of a map that cannot be served: what mends it may be a change of a schema that only it names.
  let watched = map;
  const source = createChangingSource(loaded?.supergraphSdl ?? composeSupergraph(map).supergraphSdl);
  const reload = (): boolean => {
    watched = readSupergraphMap(map.file);
    const next = readState(watched);
    if (isSameState(next, served)) return false;
    checkRequiredSubgraphs(requiredSubgraphs, next.map);
    const composed = composeSupergraph(next.map).supergraphSdl;
    const taken = prepare?.(next, served);
    source.offer(composed);
    taken?.();
    served = next;
    return true;
  };
  const files = () => [map.file, ...watched.subgraphs.map(({ schemaFile }) => schemaFile)];
  return Object.assign(source, { follow: { name: 'the graph', files, reload } });
}

function checkRequiredSubgraphs(
  requiredSubgraphs: readonly string[],
  { file, subgraphs }: SupergraphMap,
): void {
  const missing = requiredSubgraphs.find((name) => !subgraphs.some((entry) => entry.name === name));
  if (missing === undefined) return;
  throw new SupergraphMapError(
    `${relative(process.cwd(), file)}: the gateway itself asks "${missing}"; put it back`,
  );
}

function readState(map: SupergraphMap): MapState {
  return { map, schemas: new Map(map.subgraphs.map((entry) => [entry.name, readSchema(map, entry)])) };
}

function isSameState(next: MapState, before: MapState): boolean {
  return isDeepStrictEqual(getComparableState(next), getComparableState(before));
}

/** What the graph depends on; on which line of the map an entry stands is not among it. */
function getComparableState({ map, schemas }: MapState): unknown {
  const entries = map.subgraphs.map(({ name, routingUrl }) => ({ name, routingUrl, sdl: schemas.get(name) }));
  return { version: map.federationVersion, entries };
}

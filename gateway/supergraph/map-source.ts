// Composes the supergraph from supergraph.yaml and the SDL of its subgraphs, and again when one of these files changes.
import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { compareSchemas, summarizeChanges } from '../../platform/schema/schema-changes.ts';
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
  const reload = (): string | false => {
    watched = readSupergraphMap(map.file);
    const next = readState(watched);
    if (isSameState(next, served)) return false;
    checkRequiredSubgraphs(requiredSubgraphs, next.map);
    const composed = composeSupergraph(next.map).supergraphSdl;
    const finish = prepare?.(next, served);
    source.offer(composed);
    finish?.();
    const changes = summarizeChanges(listChanges(next, served));
    served = next;
    return changes;
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

/** What changed, with the subgraph in which it did. */
function listChanges(next: MapState, before: MapState): string[] {
  const [now, then] = [next, before].map(
    ({ map }) => new Map(map.subgraphs.map((entry) => [entry.name, entry])),
  );
  const gone = [...(then?.keys() ?? [])].filter((name) => now?.has(name) !== true);
  const versions = [before, next].map(({ map }) => map.federationVersion);
  return [
    ...(versions[0] === versions[1] ? [] : [`federation_version is ${versions[1]}`]),
    ...gone.map((name) => `removed the subgraph ${name}`),
    ...next.map.subgraphs.flatMap(({ name, routingUrl }) => {
      const old = then?.get(name);
      if (old === undefined) return [`added the subgraph ${name}`];
      const changes = compareSchemas(before.schemas.get(name) ?? '', next.schemas.get(name) ?? '');
      if (old.routingUrl !== routingUrl) changes.unshift(`moved from ${old.routingUrl} to ${routingUrl}`);
      return changes.map((change) => `${name}: ${change}`);
    }),
  ];
}

/** The parts that the supergraph depends on. The lines of the entries in the map are not among them. */
function getComparableState({ map, schemas }: MapState): unknown {
  const entries = map.subgraphs.map(({ name, routingUrl }) => ({ name, routingUrl, sdl: schemas.get(name) }));
  return { version: map.federationVersion, entries };
}

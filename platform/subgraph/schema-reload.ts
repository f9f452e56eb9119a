// Follows the schema file of one subgraph while its code runs. The new SDL must fit the code that is loaded, because code is loaded only
// at the start: see buildCheckedSchema.
import type { ReloadOptions } from '../process/watch-files.ts';
import { compareSchemas, summarizeChanges } from '../schema/schema-changes.ts';
import { readSchema, type SubgraphEntry, type SupergraphMap } from '../supergraph-map.ts';
import type { SchemaSource } from './schema.ts';

export interface FollowedSubgraph {
  map: SupergraphMap;
  entry: SubgraphEntry;
  /** The SDL with which the subgraph was opened. */
  sdl: string;
  subgraph: { prepareSchema: (changed: SchemaSource) => () => void };
}

/** How one subgraph follows its own schema file: see reloadOnChange. */
export function ownSchema({ map, entry, sdl, subgraph }: FollowedSubgraph): Omit<ReloadOptions, 'log'> {
  let served = sdl;
  return {
    name: 'the schema',
    files: () => [entry.schemaFile],
    reload: () => {
      const changed = readSchema(map, entry);
      if (changed === served) return false;
      subgraph.prepareSchema({ sdl: changed, file: entry.schemaFile })();
      const changes = summarizeChanges(compareSchemas(served, changed));
      served = changed;
      return changes;
    },
  };
}

// What the tests of the whole graph must know about each subgraph. Its team states it in test/<name>/about.ts as `about`, and the map
// says which subgraphs there are. A subgraph without the file has nothing to state.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EnvironmentSource } from '../../platform/process/variables.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import type { Session, World } from './world-interface.ts';

/** A list with cursors. Each cursor is tried with every other list of the graph: test/security/access/cursors.test.ts. */
export interface ListAbout {
  /** A query with the list as `page`. PAGE stands for its arguments of paging, and FIELDS for what is selected of a page. */
  query: string;
  /** Writes two rows or more that each of the accounts can read, and returns the variables of the query. */
  fill: (world: World, accounts: readonly Session[]) => Promise<Readonly<Record<string, string>>>;
  /** Staff alone reads it. */
  isForStaff?: true;
}

export interface AboutSubgraph {
  /** A selection of each root field with @auth(allow: ["service:<name>"]), by the field. */
  serviceCalls?: Readonly<Record<string, string>>;
  /** An operation with each root field with @auth(allow: ["staff"]), by the field. */
  staffOperations?: Readonly<Record<string, string>>;
  /** The entity types of this subgraph that only some callers may see. The connection of each is guarded too. */
  guardedTypes?: readonly string[];
  /**
   * The fields of this subgraph that answer a guarded type or its connection, of any subgraph: `Type.field`. A field belongs here after a test
   * has attacked it: test/security/access/ownership.test.ts.
   */
  fieldsToGuarded?: readonly string[];
  /** The lists with cursors, by `Type.field`. After a comma: the same list with other arguments. */
  lists?: Readonly<Record<string, ListAbout>>;
  /** How long the rows of a table are kept, and why, for tables that docs/databases.md does not list. */
  rowsKept?: Readonly<Record<string, string>>;
  /** Its settings in tests. Tests count statements, so that background loops must send none. */
  quietSettings?: EnvironmentSource;
}

/** The statements of all subgraphs, in the order of the map. */
export async function loadAbout(): Promise<ReadonlyMap<string, AboutSubgraph>> {
  const loaded = readSupergraphMap().subgraphs.map(async ({ name }) => {
    const file = resolve(import.meta.dirname, '..', name, 'about.ts');
    const { about }: { about?: AboutSubgraph } = existsSync(file)
      ? await import(pathToFileURL(file).href)
      : { about: {} };
    if (about === undefined) throw new Error(`${file} must export "about"`);
    return [name, about] as const;
  });
  return new Map(await Promise.all(loaded));
}

/** The variables with which the tests open the graph, or one subgraph of it. */
export async function loadQuietSettings(): Promise<EnvironmentSource> {
  const stated = [...(await loadAbout()).values()];
  return Object.assign({}, ...stated.map(({ quietSettings }) => quietSettings));
}

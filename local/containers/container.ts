// What is known of each subgraph's container, from supergraph.yaml and the subgraph's folder alone.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { getDatabaseKeys } from '../../platform/process/database-urls.ts';
import { readDefaults } from '../../platform/process/variables.ts';
import { listNeighbours, type SubgraphDefinition } from '../../platform/subgraph/definition.ts';
import { getUrlKey, type SupergraphMap } from '../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../subgraphs/load.ts';
import { type Extension, readExtension } from './extension.ts';

export interface SubgraphContainer {
  name: string;
  /** The subgraphs that it calls, or whose events it reads. */
  peers: readonly string[];
  /** Where it answers GraphQL: the variable, the address on one machine, and the port of both. */
  url: { key: string; local: string; port: string };
  databaseKeys: ReturnType<typeof getDatabaseKeys>;
  /** The variables that it alone reads, with their defaults; empty means that there is none. */
  settings: Readonly<Record<string, string>>;
  /** What settings.env of its folder says about them; empty when it has no such file. */
  settingsText: string;
  /** What docker-compose.yml of its folder adds. */
  extension: Extension;
}

/** Reads every subgraph of the map, which must have been read without variables: `readSupergraphMap(undefined, {})`. */
export async function readContainers({ subgraphs }: SupergraphMap): Promise<SubgraphContainer[]> {
  const definitions = await Promise.all(subgraphs.map(loadSubgraph));
  return subgraphs.map(({ name, folder, routingUrl }, index) => {
    const definition = definitions[index];
    return {
      name,
      peers: definition === undefined ? [] : listNeighbours(definition),
      url: { key: getUrlKey(name), local: routingUrl, port: new URL(routingUrl).port },
      databaseKeys: getDatabaseKeys(name),
      settings: readDefaults(definition?.settings ?? z.object({})),
      settingsText: readIfPresent(resolve(folder, 'settings.env')),
      extension: readExtension(readIfPresent(resolve(folder, 'docker-compose.yml')), name),
    };
  });
}

/** The subgraphs that call others, and so sign with a key of their own. The gateway is the first of the services that do. */
export function listSigners(
  subgraphs: readonly Pick<SubgraphDefinition, 'name' | 'peers' | 'followers'>[],
): string[] {
  return ['gateway', ...subgraphs.filter((one) => listNeighbours(one).length > 0).map(({ name }) => name)];
}

function readIfPresent(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

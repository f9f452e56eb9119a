// Chooses the databases: those that the environment names, or the embedded PostgreSQL with a database for each subgraph. All
// other code sees only URLs.

import { type DatabaseUrls, hasDatabaseUrl } from '../../platform/process/database-urls.ts';
import type { Environment } from '../../platform/process/environment.ts';

/** True when the environment names no database. */
export function usesEmbeddedPostgres(environment: Environment, subgraphs: readonly string[]): boolean {
  return !hasDatabaseUrl(environment, subgraphs);
}

/** The URLs of the embedded server: a database for each subgraph, with two roles each. */
export function buildEmbeddedUrls(
  adminUrl: string,
  subgraphs: readonly string[],
  derivePassword: (name: string) => string,
): Map<string, DatabaseUrls> {
  const { host } = new URL(adminUrl);
  return new Map(
    subgraphs.map((name) => {
      const buildUrl = (role: string) => `postgresql://${role}:${derivePassword(role)}@${host}/${name}`;
      return [name, { runtime: buildUrl(name), owner: buildUrl(`${name}_owner`), admin: adminUrl }];
    }),
  );
}

// Where the databases are: the servers that the environment names, or the embedded PostgreSQL with a database for each
// subgraph. Everything after this only sees URLs.

import { type DatabaseUrls, hasDatabaseUrl } from '../../platform/process/database-urls.ts';
import type { Environment } from '../../platform/process/environment.ts';

/** True when no database is named in the environment, so that the embedded PostgreSQL is meant. */
export function isEmbedded(environment: Environment, subgraphs: readonly string[]): boolean {
  return !hasDatabaseUrl(environment, subgraphs);
}

/** URLs of the databases on the embedded server: one for each subgraph, two roles each, passwords from the data folder. */
export function embeddedUrls(
  adminUrl: string,
  subgraphs: readonly string[],
  passwordOf: (name: string) => string,
): Map<string, DatabaseUrls> {
  const { host } = new URL(adminUrl);
  return new Map(
    subgraphs.map((name) => {
      const as = (role: string) => `postgresql://${role}:${passwordOf(role)}@${host}/${name}`;
      return [name, { runtime: as(name), owner: as(`${name}_owner`), admin: adminUrl }];
    }),
  );
}

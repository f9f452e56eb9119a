// Chooses the databases: those that the environment names, or the embedded PostgreSQL with a database for each subgraph. All
// other code sees only URLs.

import { type DatabaseUrls, hasDatabaseUrl } from '../../platform/process/database-urls.ts';
import type { Environment } from '../../platform/process/environment.ts';

/** True when the environment names no database. */
export function usesEmbeddedPostgres(environment: Environment, subgraphs: readonly string[]): boolean {
  return !hasDatabaseUrl(environment, subgraphs);
}

export type ProvisionUrls = DatabaseUrls & { admin: string };

/** The URLs of the embedded server: a database for each subgraph, with two roles each. */
export function buildEmbeddedUrls(
  adminUrl: string,
  subgraphs: readonly string[],
  derivePassword: (name: string) => string,
): Map<string, ProvisionUrls> {
  return new Map(subgraphs.map((name) => [name, buildUrls(adminUrl, name, derivePassword)]));
}

/** The URLs of one subgraph's database on that server. */
export function buildUrls(
  adminUrl: string,
  name: string,
  derivePassword: (name: string) => string,
): ProvisionUrls {
  const { host } = new URL(adminUrl);
  const buildUrl = (role: string) => `postgresql://${role}:${derivePassword(role)}@${host}/${name}`;
  return { runtime: buildUrl(name), owner: buildUrl(`${name}_owner`), admin: adminUrl };
}

// Creates the database of a subgraph, its schema, and two roles without any other privilege: `<name>_owner` owns the tables and runs
// migrations, and `<name>` reads and writes rows. It can run at every start or once by hand: a second run changes nothing, or
// repairs privileges. It needs a superuser, or a role with CREATEDB and CREATEROLE, which no other part of the project uses.
import type pg from 'pg';
import { type DatabaseUrls, getRole } from '../process/database-urls.ts';
import { connect } from './connect.ts';
import { refuseTransactionPooler } from './pooler.ts';
import { buildOtherRoleRefusals } from './provisioning/refusals.ts';
import type { ProvisionWork } from './provisioning/script.ts';
import {
  buildCreateDatabaseStep,
  buildSchemaSteps,
  buildServerSteps,
  type ProvisionStep,
  type ProvisionTarget,
  type Role,
} from './provisioning/steps.ts';

/** Keys of the advisory lock: "trib" in ASCII, so that locks of other programs do not collide, and a purpose. */
const provisionLock = [0x74726962, 1] as const;

/** Provisions one subgraph. See runProvisionWork. */
export function provision(name: string, urls: DatabaseUrls & { admin: string }): Promise<string[]> {
  return runProvisionWork(buildProvisionWork(readProvisionTarget(name, urls)), urls.admin);
}

export function buildProvisionWork(target: ProvisionTarget): ProvisionWork {
  const { subgraph, database } = target;
  return {
    subgraph,
    database,
    purpose: `the database, the schema and the two roles of ${subgraph}`,
    before: [buildCreateDatabaseStep(database)],
    inside: [...buildOtherRoleRefusals(target), ...buildServerSteps(target), ...buildSchemaSteps(target)],
  };
}

/**
 * Returns a sentence for each step that the role of the admin URL may not do. Throws the error of PostgreSQL when no server answers, or for
 * a step without which the subgraph cannot work.
 */
export async function runProvisionWork(
  { subgraph, database, before, inside }: ProvisionWork,
  adminUrl: string,
): Promise<string[]> {
  const skipped: string[] = [];
  await withClient(subgraph, adminUrl, async (client) => {
    // This is the slowest part. It needs no lock, so that several databases are created at the same time.
    await runSteps(client, before).catch((cause: { code?: string }) => {
      // 42P04, or 23505 in a narrower window: another process has created the shared database meanwhile.
      if (cause.code !== '42P04' && cause.code !== '23505') throw cause;
    });
    // All databases of a server share its roles, so only one process may change them at a time.
    await client.query('SELECT pg_advisory_lock($1, $2)', [...provisionLock]);
    await withClient(subgraph, replaceDatabase(adminUrl, database), async (databaseClient) => {
      skipped.push(...(await runSteps(databaseClient, inside)));
    });
  });
  return skipped;
}

export function readProvisionTarget(name: string, urls: DatabaseUrls): ProvisionTarget {
  return {
    subgraph: name,
    database: decodeURIComponent(new URL(urls.runtime).pathname.slice(1)),
    runtime: parseRole(urls.runtime),
    owner: parseRole(urls.owner),
  };
}

/** Returns what was skipped. */
export async function runSteps(
  client: Pick<pg.Client, 'query'>,
  steps: readonly ProvisionStep[],
): Promise<string[]> {
  const skippedSteps: string[] = [];
  for (const { sql, needed = 'true', allowed = 'true', skipped = sql } of steps) {
    // A condition is evaluated after the steps before it.
    if (needed !== 'true') {
      const { rows } = await client.query(`SELECT (${needed}) AS "isNeeded", (${allowed}) AS "isAllowed"`);
      if (!rows[0].isNeeded) continue;
      if (!rows[0].isAllowed) {
        skippedSteps.push(skipped);
        continue;
      }
    }
    await client.query(sql);
  }
  return skippedSteps;
}

async function withClient(
  subgraph: string,
  url: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const applicationName = 'tributary provision';
  const open = () => connect({ subgraph, url, applicationName, work: 'administration' });
  const client = await open();
  try {
    await refuseTransactionPooler(client, open);
    await work(client);
  } finally {
    await client.end();
  }
}

export function replaceDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

function parseRole(url: string): Role {
  return { name: getRole(url), password: decodeURIComponent(new URL(url).password) };
}

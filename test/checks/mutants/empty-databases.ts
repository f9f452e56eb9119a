// Migrated databases without a row, lent to one replay at a time: emptying one costs a tenth of making one.
import { randomBytes } from 'node:crypto';
import { provision, replaceDatabase } from '../../../platform/database/provision.ts';
import type { DatabaseUrls } from '../../../platform/process/database-urls.ts';
import { buildDatabaseUrls, cloneDatabase, query } from '../../support/databases.ts';

interface Lent {
  urls: DatabaseUrls;
  /** As a superuser. */
  inside: string;
  drop: () => Promise<void>;
}

export class EmptyDatabases {
  readonly #adminUrl: string;
  readonly #free = new Map<string, Lent[]>();
  readonly #all: Lent[] = [];

  constructor(adminUrl: string) {
    this.#adminUrl = adminUrl;
  }

  async with<Result>(subgraph: string, use: (urls: DatabaseUrls) => Promise<Result>): Promise<Result> {
    const free = this.#free.get(subgraph) ?? [];
    this.#free.set(subgraph, free);
    const database = free.pop() ?? (await this.#create(subgraph));
    const result = await use(database.urls);
    // One that a replay failed on is not lent again.
    await query(database.inside, emptied, []);
    free.push(database);
    return result;
  }

  async close(): Promise<void> {
    for (const { drop } of this.#all) await drop();
  }

  async #create(subgraph: string): Promise<Lent> {
    const { urls, drop } = await this.#migrated(subgraph);
    const { admin, ...own } = urls;
    const database = new URL(own.runtime).pathname.slice(1);
    const lent = { urls: own, inside: replaceDatabase(admin, database), drop };
    this.#all.push(lent);
    return lent;
  }

  /** A subgraph of the tests' own has no template, and nothing to migrate. */
  async #migrated(name: string): ReturnType<typeof cloneDatabase> {
    const adminUrl = this.#adminUrl;
    if (name !== 'shipping') return cloneDatabase({ adminUrl, name });
    const database = `${name}_${randomBytes(5).toString('hex')}`;
    const urls = buildDatabaseUrls(adminUrl, name, database);
    await provision(name, urls);
    return { urls, drop: () => query(adminUrl, `DROP DATABASE ${database} WITH (FORCE)`).then(() => {}) };
  }
}

/** Every table but the history of migrations. */
const emptied = `DO $$ DECLARE tables text; BEGIN
  SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO tables FROM pg_tables
  WHERE tablename <> 'migration' AND schemaname NOT IN ('pg_catalog', 'information_schema');
  IF tables IS NOT NULL THEN EXECUTE 'TRUNCATE ' || tables || ' CASCADE'; END IF;
END $$`;

// Compares the database with the code in two ways, because neither finds everything. TypeORM compares entities with tables (types,
// nullability, defaults). The catalog listing, committed beside the migrations, has the checks, expression indexes, partial
// predicates, functions and grants, which TypeORM does not see. A third look finds what is there and does not work.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DataSource } from 'typeorm';

/** Returns one line for each object in the schema, sorted. `npm run migrate -- <name> snapshot` writes these lines. */
export async function readCatalog(db: DataSource, schema: string, runtimeRole: string): Promise<string[]> {
  const rows: { line: string }[] = await db.query(catalogQuery, [schema, runtimeRole]);
  return rows.map(({ line }) => line.replaceAll(/\s+/g, ' '));
}

/** Returns all differences; an empty list when entities, committed catalog and database agree. */
export async function findDrift(
  db: DataSource,
  folder: string,
  schema: string,
  runtimeRole: string,
): Promise<string[]> {
  const plannedChanges = await db.driver.createSchemaBuilder().log();
  const entityDifferences = plannedChanges.upQueries.map(({ query }) => `entities want: ${query}`);
  const live = await readCatalog(db, schema, runtimeRole);
  if (!existsSync(getCatalogFile(folder))) {
    const remedy = `write it with: npm run migrate -- ${schema} snapshot`;
    return [
      ...(await findBroken(db, schema)),
      ...entityDifferences,
      `migrations/catalog.txt is missing: ${remedy}`,
    ];
  }
  const committed = readFileSync(getCatalogFile(folder), 'utf8').split('\n').filter(Boolean);
  return [
    ...(await findBroken(db, schema)),
    ...entityDifferences,
    ...committed.filter((line) => !live.includes(line)).map((line) => `missing in the database: ${line}`),
    ...live.filter((line) => !committed.includes(line)).map((line) => `not in catalog.txt: ${line}`),
  ];
}

/** Returns one line for each object that is there and does not do its work, sorted. Its definition looks as it should. */
export async function findBroken(db: DataSource, schema: string): Promise<string[]> {
  const rows: { line: string }[] = await db.query(brokenQuery, [schema]);
  return rows.map(({ line }) => line);
}

/** Returns one line for each file in migrations/ whose class index.ts does not list: no migration of it ever runs. */
export function findUnlistedFiles(folder: string, listed: readonly string[]): string[] {
  const migrations = resolve(folder, 'migrations');
  const files = existsSync(migrations) ? readdirSync(migrations).filter((file) => file.endsWith('.ts')) : [];
  return files.toSorted().flatMap((file) => {
    const text = readFileSync(resolve(migrations, file), 'utf8');
    const classes = [...text.matchAll(/^export class (\w+)/gm)].map(([, name = '']) => name);
    return classes
      .filter((name) => !listed.includes(name))
      .map((name) => `index.ts does not list ${name} of migrations/${file}, so that it never runs`);
  });
}

export function writeCatalog(folder: string, lines: readonly string[]): string {
  const file = getCatalogFile(folder);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function getCatalogFile(folder: string): string {
  return resolve(folder, 'migrations', 'catalog.txt');
}

/** SQL that is true for a table of the subgraph. TypeORM's history table, and the table of running-code.ts, are in no migration. */
export function isOwnTableSql(alias: string): string {
  return `${alias}.relname NOT IN ('migration', 'instance_code')`;
}

const catalogQuery = `
  WITH tables AS (
    SELECT c.oid, c.relname, c.relacl, c.relowner, c.relispartition, c.relpartbound FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm') AND ${isOwnTableSql('c')}
  ), wholes AS (
    -- A partition has the columns, constraints and indexes of its table.
    SELECT * FROM tables WHERE NOT relispartition
  )
  SELECT line FROM (
    SELECT format('partition %s of %s %s', t.relname, whole.relname, pg_get_expr(t.relpartbound, t.oid)) AS line
    FROM tables t JOIN pg_inherits i ON i.inhrelid = t.oid JOIN wholes whole ON whole.oid = i.inhparent
    UNION ALL
    SELECT format('column %s.%s %s%s%s', t.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                  CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
                  coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
    FROM wholes t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
    UNION ALL
    -- 'n' is NOT NULL, which PostgreSQL 18 lists as a constraint; the column line has it already.
    SELECT format('constraint %s.%s %s', t.relname, k.conname, pg_get_constraintdef(k.oid))
    FROM wholes t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype <> 'n'
    UNION ALL
    SELECT 'index ' || pg_get_indexdef(i.indexrelid) FROM wholes t JOIN pg_index i ON i.indrelid = t.oid
    UNION ALL
    SELECT 'trigger ' || pg_get_triggerdef(g.oid) FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid
    WHERE NOT g.tgisinternal
    UNION ALL
    SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = $1 AND p.prokind IN ('f', 'p')
    UNION ALL
    -- A second login of the runtime role has what the role itself was granted.
    SELECT format('grant %s on %s to runtime', string_agg(DISTINCT g.privilege_type, ', ' ORDER BY g.privilege_type), t.relname)
    FROM tables t CROSS JOIN LATERAL aclexplode(t.relacl) g JOIN pg_roles r ON r.rolname = $2
    WHERE g.grantee = r.oid OR (g.grantee <> t.relowner AND pg_has_role(r.oid, g.grantee, 'USAGE')) GROUP BY t.relname
  ) AS catalog ORDER BY line COLLATE "C"`;

const brokenQuery = `
  WITH tables AS (
    SELECT c.oid, c.relname, c.relpersistence, c.relrowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'm')
  )
  SELECT line FROM (
    -- What a failed CREATE INDEX CONCURRENTLY leaves behind: writes maintain it, and a unique one may not hold.
    SELECT format('invalid index %s of %s: drop it and build it again', c.relname, t.relname) AS line
    FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class c ON c.oid = i.indexrelid
    WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
    UNION ALL
    SELECT format('disabled trigger %s of %s', g.tgname, t.relname)
    FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid WHERE g.tgenabled IN ('D', 'R')
    UNION ALL
    SELECT format('unlogged table %s: a crash empties it', relname) FROM tables WHERE relpersistence = 'u'
    UNION ALL
    SELECT format('row security of %s hides rows', relname) FROM tables WHERE relrowsecurity
  ) AS broken ORDER BY line COLLATE "C"`;

// docs/migrations.md, run: each migration of its example beside instances of the code before it, which read and write all the while.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { MigrationInterface } from 'typeorm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { text } from '../../../platform/database/column.ts';
import type { LocatedStatement } from '../../../platform/database/declared-statements.ts';
import { provision } from '../../../platform/database/provision.ts';
import { statement } from '../../../platform/database/statement.ts';
import { migrateDown, migrateUp } from '../../../platform/migrations/migrate.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import type { SubgraphDefinition } from '../../../platform/subgraph/definition.ts';
import { openSubgraph, type Subgraph } from '../../../platform/subgraph/subgraph.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { buildDatabaseUrls, query } from '../../support/databases.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';
import { buildTarget, migration } from './made-migration.ts';

const page = readFileSync(new URL('../../../docs/migrations.md', import.meta.url), 'utf8');

/** The SQL below a heading such as `-- code 1`. */
function readBlock(heading: string): string[] {
  const found = new RegExp(`\`\`\`sql\n-- ${heading}\n([^\`]+)\`\`\``).exec(page);
  const block = required(found?.[1], `docs/migrations.md has the SQL of ${heading}`);
  return block.split(';\n').filter(Boolean);
}

const create = migration('CreateReview1790000000901', [
  'CREATE TABLE reviews.review (id text CONSTRAINT review_pkey PRIMARY KEY, stars smallint NOT NULL)',
]);
const documented = ['AddRating1790000000902', 'FillRating1790000000903', 'DropStars1790000000904'].map(
  (name) => migration(name, readBlock(`migration ${name}`)),
);

const database = `reviews_${randomBytes(5).toString('hex')}`;
const urls = buildDatabaseUrls(inject('adminUrl'), 'reviews', database);
const instances = new Map<number, Subgraph>();
const applied = [create];

beforeAll(async () => {
  await provision('reviews', urls);
  await migrateUp(buildTarget(create), urls, silent);
});
afterAll(async () => {
  for (const { close } of instances.values()) await close();
  await query(inject('adminUrl'), `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
});

/** Runs the migration as the owner would. Returns the problems when it is refused. */
async function migrate(next: new () => MigrationInterface): Promise<string[]> {
  try {
    await migrateUp(buildTarget(...applied, next), urls, silent);
    applied.push(next);
    return [];
  } catch (cause) {
    return (cause as Error).message.split('\n').filter((line) => line.startsWith('  - '));
  }
}

async function start(version: number, texts = readBlock(`code ${version}`)): Promise<void> {
  const [read = '', write = ''] = texts;
  const statements: LocatedStatement[] = [
    { file: 'review.ts', name: 'read', declared: statement({ text: read, params: [text()] }) },
    { file: 'review.ts', name: 'write', declared: statement({ text: write, params: [text(), text()] }) },
  ];
  const definition: SubgraphDefinition = {
    ...buildTarget(...applied),
    refusals: {},
    resolvers: {
      Query: {
        // The instance writes a review with four stars, and answers what it reads of it.
        writeAndRead: async (_root: unknown, _args: unknown, { db }: Context) => {
          const id = newId();
          await db.query(write, [id, 4]);
          const [row] = await db.query(read, [id]);
          return row.rating ?? row.stars;
        },
      },
    },
  };
  const environment = readEnvironment({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_POOL_SIZE: '2' });
  const sdl = 'type Query { writeAndRead: Int }';
  const clientFor = () => expect.fail('it has no peers');
  instances.set(version, await openSubgraph({ definition, sdl, statements, urls, environment, clientFor }));
}

async function stop(version: number): Promise<void> {
  await instances.get(version)?.close();
  instances.delete(version);
  const sessions = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = $1 AND usename = 'reviews'`;
  await expect
    .poll(async () => (await query(inject('adminUrl'), sessions, [database]))[0].count, { timeout: 10_000 })
    .toBe(instances.size);
}

/** Every instance that is up writes a review and reads it. */
async function expectAllWork(): Promise<void> {
  const call = {
    viewer: { kind: 'anonymous' },
    signal: AbortSignal.timeout(20_000),
    traceId: '0'.repeat(32),
  } as const;
  for (const [version, { execute }] of instances)
    expect(await execute({ query: '{ writeAndRead }' }, call), `code ${version}`).toEqual({
      data: { writeAndRead: 4 },
    });
}

test('a column is renamed in five steps, and no step breaks an instance that is up', async () => {
  const [add, fill, drop] = documented as [typeof create, typeof create, typeof create];
  await start(1);
  expect(
    await migrate(migration('Rename1790000000905', ['ALTER TABLE reviews.review RENAME stars TO rating'])),
  ).toEqual([
    '  - review.ts, read: column "stars" does not exist',
    '  - review.ts, write: column "stars" of relation "review" does not exist',
    '  - review.rating is new, NOT NULL and has no default',
  ]);
  expect(await migrate(add)).toEqual([]);
  await expectAllWork();
  await start(2);
  await expectAllWork();
  expect(await migrate(fill), 'code 1 writes no rating').toEqual(['  - review.rating becomes NOT NULL']);
  await expectAllWork();
  await stop(1);
  expect(await migrate(fill)).toEqual([]);
  await start(3);
  await expectAllWork();
  expect(await migrate(drop), 'code 2 reads stars').toEqual([
    '  - review.ts, read: column "stars" does not exist',
    '  - review.ts, write: column "stars" of relation "review" does not exist',
  ]);
  await stop(2);
  expect(await migrate(drop)).toEqual([]);
  await expectAllWork();
});

test('a constraint is refused when code that is up writes the table, and a longer list of allowed texts is not', async () => {
  const check = (texts: string) =>
    `CONSTRAINT review_id_check CHECK (id <> 'none' AND rating::text IN (${texts}))`;
  const next = (sql: string[], transaction?: boolean) =>
    migrate(migration(`Next${1790000001000 + applied.length}`, sql, [], transaction));
  expect(await next([`ALTER TABLE reviews.review ADD ${check("'4'")}`])).toEqual([
    expect.stringMatching(/^ {2}- review_id_check of review refuses rows: CHECK/),
  ]);
  await stop(3);
  expect(await next([`ALTER TABLE reviews.review ADD ${check("'4', '5'")}`])).toEqual([]);
  await start(3);
  const replace = (texts: string) => [
    'ALTER TABLE reviews.review DROP CONSTRAINT review_id_check',
    `ALTER TABLE reviews.review ADD ${check(texts)}`,
  ];
  expect(await next(replace("'4'")), 'a shorter list').toHaveLength(1);
  expect(await next(replace("'3', '4', '5'")), 'a longer list').toEqual([]);
  expect(await next(['CREATE UNIQUE INDEX review_rating_key ON reviews.review (id, rating)'])).toEqual([
    expect.stringMatching(/^ {2}- review_rating_key of review refuses rows: CREATE UNIQUE INDEX/),
  ]);
  expect(await next(["ALTER TABLE reviews.review ADD COLUMN note text NOT NULL DEFAULT ''"])).toEqual([]);
  expect(await next(['CREATE TABLE reviews.other (id text CONSTRAINT other_pkey PRIMARY KEY)'])).toEqual([]);
  expect(await next(['CREATE INDEX CONCURRENTLY review_note_idx ON reviews.review (note)'], false)).toEqual(
    [],
  );
  expect(await next(['ALTER TABLE reviews.review DROP COLUMN note'], false)).toEqual([
    '  - it cannot be rolled back, so that this is not tried: ALTER TABLE reviews.review DROP COLUMN note',
  ]);
  await expectAllWork();
});

test('of code that is not known, every column that is gone counts, and only --breaking runs the migration', async () => {
  const unused = migration(
    'DropNote1790000002000',
    ['ALTER TABLE reviews.review DROP COLUMN note'],
    ['ALTER TABLE reviews.review ADD COLUMN note text'],
  );
  await query(urls.owner, 'DELETE FROM reviews.instance_code');
  expect(await migrate(unused)).toEqual(['  - review.note is gone']);
  const told: string[] = [];
  const options = { onBreaking: (message: string) => told.push(message) };
  expect(await migrateUp(buildTarget(...applied, unused), urls, silent, options)).toEqual([
    'DropNote1790000002000',
  ]);
  expect(told).toEqual([
    'reviews: the migration DropNote1790000002000 breaks instances that are up (unknown code; sessions: 1):\n  - review.note is gone',
  ]);
  expect(await migrateDown(buildTarget(...applied, unused), urls, silent)).toBe('DropNote1790000002000');
  await expect(migrateDown(buildTarget(...applied), urls, silent), 'an index only').resolves.not.toBeNull();
});

test('a failing migration names its file, its line and the place in its statement', async () => {
  const failing = migration('Fail1790000003000', ['SELECT 1', 'UPDATE reviews.review\n  SET rating = ratin']);
  const failure = await migrateUp(buildTarget(...applied, failing), urls, silent).catch(
    (cause: Error) => cause.message,
  );
  expect(String(failure).split('\n')).toEqual([
    expect.stringMatching(
      /^reviews: the migration Fail1790000003000 failed at test\/platform\/migrations\/made-migration\.ts:\d+: column "ratin" does not exist$/,
    ),
    '    UPDATE reviews.review',
    '      SET rating = ratin',
    '                   ^',
    '  hint: Perhaps you meant to reference the column "review.rating".',
    '  It was rolled back. Migrations before it stay applied.',
  ]);
});

// Writers of events that do what makes feeds lose or invert events: transactions that take their id early, wait for the lock of a subject,
// pause, roll back, and one that stays open beside them.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { createEventTable } from '../../../platform/events/event-table.ts';
import { createRandom, type Random } from '../../support/random.ts';

export interface Shop {
  url: string;
  db: DataSource;
  subjects: readonly string[];
  close: () => Promise<void>;
}

/** A database with the events of the publisher `shop`, and with subjects whose version rises with each event. */
export async function openShop(adminUrl: string, subjectCount: number): Promise<Shop> {
  const admin = new DataSource({ type: 'postgres', url: adminUrl });
  await admin.initialize();
  const name = `shop_${randomUUID().slice(0, 8)}`;
  await admin.query(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(adminUrl), { pathname: name }).href;
  const db = new DataSource({ type: 'postgres', url, poolSize: 4 });
  await db.initialize();
  const runner = db.createQueryRunner();
  await runner.query('CREATE SCHEMA shop');
  await createEventTable(runner, 'shop');
  await runner.query('CREATE TABLE shop.subject (id uuid PRIMARY KEY, version integer NOT NULL DEFAULT 0)');
  const subjects = Array.from({ length: subjectCount }, () => randomUUID());
  await runner.query('INSERT INTO shop.subject (id) SELECT unnest($1::uuid[])', [subjects]);
  await runner.release();
  const close = async () => {
    await db.destroy();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.destroy();
  };
  return { url, db, subjects, close };
}

/** A change and its event in one statement: the position is drawn after the lock of the subject. */
const changeSql = `WITH changed AS (
    UPDATE shop.subject SET version = version + 1 WHERE id = $1 RETURNING id, version
  )
  INSERT INTO shop.event (type, subject, version, data) SELECT 'subject.changed', id, version, '{}' FROM changed
  RETURNING subject, version`;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

export interface WrittenEvent {
  subject: string;
  version: number;
}

export interface Writing {
  writers: number;
  /** Of each writer. */
  transactions: number;
  seed: number;
  /** Ends the writers before they have made all transactions. */
  isOver?: () => boolean;
  /** Receives the events of a transaction before its COMMIT is sent. */
  onCommit?: (events: readonly WrittenEvent[]) => void;
}

/** Runs all writers until each has made its transactions. All their choices come from the seed. */
export async function write(
  { url, subjects }: Pick<Shop, 'url' | 'subjects'>,
  { writers, transactions, seed, isOver = () => false, onCommit = () => {} }: Writing,
): Promise<void> {
  const work = async (random: Random) => {
    const client = await connect(url);
    try {
      for (let n = 0; n < transactions && !isOver(); n += 1)
        await writeOnce(client, subjects, random, onCommit);
    } finally {
      await client.end();
    }
  };
  await Promise.all(
    Array.from({ length: writers }, (_, index) => work(createRandom(seed).fork(`writer ${index}`))),
  );
}

async function writeOnce(
  client: pg.Client,
  subjects: readonly string[],
  random: Random,
  onCommit: NonNullable<Writing['onCommit']>,
): Promise<void> {
  await client.query('BEGIN');
  // Half of the transactions have their id before they wait for a lock.
  if (random.chance(0.5)) await client.query('SELECT pg_current_xact_id()');
  if (random.chance(0.25)) await pause(client, random.between(0, 20));
  // A few subjects are hot, so that their locks are waited for. All writers lock in one order, so that none deadlocks.
  const chosen = new Set(
    Array.from({ length: random.between(1, 3) }, () =>
      random.between(0, random.chance(0.5) ? 3 : subjects.length - 1),
    ),
  );
  const written: WrittenEvent[] = [];
  for (const index of [...chosen].sort((one, other) => one - other))
    written.push(...(await client.query<WrittenEvent>(changeSql, [subjects[index]])).rows);
  if (random.chance(0.125)) await pause(client, random.between(0, 10));
  if (random.chance(0.1)) {
    await client.query('ROLLBACK');
    return;
  }
  onCommit(written);
  await client.query('COMMIT');
}

async function pause(client: pg.Client, milliseconds: number): Promise<void> {
  await client.query('SELECT pg_sleep($1)', [milliseconds / 1_000]);
}

/** A transaction that has written an event and stays open until `commit`. */
export async function openTransaction(
  { url }: Shop,
  subject: string,
): Promise<{ commit: () => Promise<void> }> {
  const client = await connect(url);
  await client.query('BEGIN');
  await client.query(changeSql, [subject]);
  return {
    commit: async () => {
      await client.query('COMMIT');
      await client.end();
    },
  };
}

/** The committed version of each subject that has one. */
export async function readVersions({ db }: Shop): Promise<Map<string, number>> {
  const rows: { id: string; version: number }[] = await db.query(
    'SELECT id, version FROM shop.subject WHERE version > 0',
  );
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** The number of events that are committed, of the versions that readVersions returns. */
export function countEvents(versions: ReadonlyMap<string, number>): number {
  return [...versions.values()].reduce((sum, version) => sum + version, 0);
}

// The log that the embedded PostgreSQL writes holds no values of rows and parameters.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../../local/postgres/cluster.ts';
import { required } from '../../support/required.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const folder = temporaryFolder();
let started: Cluster | undefined;
beforeAll(async () => {
  started = await startCluster({ folder: join(folder, 'logged'), password: 'test', durable: false });
});
afterAll(async () => {
  await started?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const violations = [
  ['account_email_key', 'INSERT INTO account (email) VALUES ($1)'],
  ['account_email_check', "INSERT INTO account (email) VALUES ($1 || ' ')"],
  ['session_email_fkey', "INSERT INTO session (email) VALUES ('no-' || $1)"],
] as const;

test('an error of a constraint is in the log without the values of the row', async () => {
  const cluster = required(started, 'PostgreSQL runs');
  const client = new pg.Client({ connectionString: cluster.adminUrl });
  await client.connect();
  try {
    await client.query(`
      CREATE TABLE account (
        email text CONSTRAINT account_email_key UNIQUE CONSTRAINT account_email_check CHECK (email = btrim(email)));
      CREATE TABLE session (email text CONSTRAINT session_email_fkey REFERENCES account (email))`);
    await client.query('INSERT INTO account (email) VALUES ($1)', ['ada@example.com']);
    for (const [constraint, text] of violations)
      await expect(client.query(text, ['ada@example.com'])).rejects.toMatchObject({
        constraint,
        detail: expect.stringContaining('ada@example.com'),
      });
  } finally {
    await client.end();
  }
  const log = readFileSync(join(cluster.folder, 'postgres.log'), 'utf8');
  for (const [constraint, text] of violations) {
    expect(log).toContain(`constraint "${constraint}"`);
    expect(log).toContain(`STATEMENT:  ${text}`);
  }
  expect(log).not.toContain('ada@example.com');
});

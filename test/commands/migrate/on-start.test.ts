// MIGRATE_ON_START: whether a start runs pending migrations, or is refused before it serves. Each start is a process.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterAll, expect, inject, test } from 'vitest';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { newKeyPair } from '../../../platform/identity/signed-identity.ts';
import { getDatabaseKeys } from '../../../platform/process/database-urls.ts';
import { runCommand } from '../../support/commands.ts';
import { cloneDatabase } from '../../support/databases.ts';
import { readFatal, readLines, startProcess, waitUntilReady } from '../../support/processes.ts';
import { required } from '../../support/required.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { migrate, migrationsOf, names, postmaster, statusOf } from './migrate-command.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A database of accounts, and starts of its subgraph as a process. */
async function openAccounts() {
  const { urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' });
  const keys = getDatabaseKeys('accounts');
  const database = { [keys.runtime]: urls.runtime, [keys.owner]: urls.owner };
  const port = await findFreePort();
  const variables = {
    ...database,
    NODE_ENV: 'test',
    PORT: String(port),
    IDENTITY_TRUST: `gateway=${newKeyPair().publicKey}`,
  };
  const start = (mode: string) =>
    startProcess(['commands/subgraph.ts', 'accounts'], { ...variables, MIGRATE_ON_START: mode });
  /** Starts it, waits until it serves, stops it, and returns the line of its log about migrations. */
  const serve = async (mode: string) => {
    const running = start(mode);
    try {
      await waitUntilReady(`http://127.0.0.1:${port}/health/ready`, running);
    } finally {
      await running.stop();
    }
    return readLines(running).find(({ migrations }) => migrations !== undefined);
  };
  return { database, start, serve, drop };
}

test('a subgraph that must not migrate is refused while a migration is pending, and serves when none is', async () => {
  const { database, start, serve, drop } = await openAccounts();
  try {
    const newest = required((await migrationsOf('accounts')).at(-1), 'accounts has migrations');
    expect(await migrate(['accounts', 'down'], database)).toMatchObject({ status: 0 });
    const refused = start('false');
    const [code] = await once(refused.child, 'close');
    expect(code).toBe(1);
    expect(readFatal(refused)).toBe(
      `MIGRATE_ON_START is false, and migrations are pending: accounts (${newest}); run: npm run migrate -- accounts up\n`,
    );
    expect(readLines(refused).map(({ msg }) => msg)).not.toContain('ready');
    const { stdout } = await migrate(['accounts', 'status'], database);
    expect(stdout, 'the down is not undone').toBe(await statusOf('accounts', 1));

    expect(await migrate(['accounts', 'up'], database)).toMatchObject({ status: 0 });
    expect(await serve('false')).toMatchObject({ msg: 'no migration is pending', migrations: [] });
  } finally {
    await drop();
  }
});

test('no start undoes a down, until up is run', async () => {
  const { database, start, serve, drop } = await openAccounts();
  try {
    const newest = (await migrationsOf('accounts')).at(-1);
    expect(await migrate(['accounts', 'down'], database)).toMatchObject({ status: 0 });
    const refused = start('true');
    const [code] = await once(refused.child, 'close');
    expect(code).toBe(1);
    expect(readFatal(refused)).toBe(
      `accounts: a down has reverted ${newest}, and no start runs it again: start the code before it, or run: npm run migrate -- accounts up\n`,
    );
    const { stdout } = await migrate(['accounts', 'status'], database);
    expect(stdout, 'the down is not undone').toBe(await statusOf('accounts', 1));
    expect(await migrate(['accounts', 'up'], database)).toMatchObject({ status: 0 });
    // Empty means "not set".
    expect(await serve('')).toMatchObject({ msg: 'migrated', migrations: [] });
  } finally {
    await drop();
  }
});

test('npm start names the pending migrations of all subgraphs, and leaves nothing running', async () => {
  const dataDir = temporaryFolder(root);
  const variables = { DATA_DIR: dataDir, PORT: String(await findFreePort()), MIGRATE_ON_START: 'false' };
  const { status, stderr } = await runCommand('start', [], variables);
  const lists = names.map(async (name) => `${name} (${(await migrationsOf(name)).join(', ')})`);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `MIGRATE_ON_START is false, and migrations are pending: ${(await Promise.all(lists)).join(', ')}; run: npm run migrate -- all up\n`,
  });
  expect(postmaster(dataDir)).toBe(0);
});

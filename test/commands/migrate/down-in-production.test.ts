// npm run migrate -- <name> down in production: it asks the person at the terminal, and elsewhere it needs --yes.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { migrateDown } from '../../../platform/migrations/migrate.ts';
import {
  type DatabaseUrls,
  describeDatabase,
  getDatabaseKeys,
} from '../../../platform/process/database-urls.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../../../subgraphs/load.ts';
import { runCommand } from '../../support/commands.ts';
import { cloneDatabase } from '../../support/databases.ts';
import { buildEnvironment, type Variables } from '../../support/processes.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';
import { migrate, migrationsOf, statusOf } from './migrate-command.ts';

let urls: DatabaseUrls | undefined;
let drop = async () => {};
beforeAll(async () => {
  ({ urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' }));
});
afterAll(() => drop());

const database = () => required(urls, 'cloned');
const keys = getDatabaseKeys('accounts');
const production = (): Variables => ({
  NODE_ENV: 'production',
  [keys.runtime]: database().runtime,
  [keys.owner]: database().owner,
});

async function newestMigration(): Promise<string> {
  return required((await migrationsOf('accounts')).at(-1), 'accounts has migrations');
}

/** Expects that so many of the newest migrations are pending, and applies them again. */
async function expectPending(count: number): Promise<void> {
  const { stdout } = await migrate(['accounts', 'status'], production());
  expect(stdout).toBe(await statusOf('accounts', count));
  expect(await migrate(['accounts', 'up'], production())).toMatchObject({ status: 0 });
}

/** Runs the command in a terminal, and types the answer when it asks. */
async function downInTerminal(answer: string): Promise<{ status: number; screen: string }> {
  const command = `"${process.execPath}" commands/migrate.ts accounts down`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: buildEnvironment({ PATH: process.env.PATH ?? '', SHELL: '/bin/sh', ...production() }),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const hadAsked = screen.includes('yes: ');
    screen += chunk;
    if (!hadAsked && screen.includes('yes: ')) child.stdin.write(`${answer}\n`);
  });
  const [status] = await once(child, 'close');
  return { status, screen: screen.replaceAll('\r\n', '\n') };
}

test('without a terminal it needs --yes, and is refused before it says which database it has', async () => {
  expect(await runCommand('migrate', ['accounts', 'down'], production())).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'In production, down asks before it reverts a migration, and there is no terminal: add --yes to revert without a question\n',
  });
  await expectPending(0);
  expect(await migrate(['accounts', 'down', '--yes'], production())).toEqual({
    status: 0,
    stdout: `accounts: reverted ${await newestMigration()}\n`,
    stderr: '',
  });
  await expectPending(1);
});

// The program `script` of Linux runs a command in a terminal.
const hasScript = spawnSync('script', ['--version']).status === 0;

test.skipIf(!hasScript).each(['accounts', 'yes'])(
  'in a terminal it names subgraph, migration and database, and reverts after the answer "%s"',
  async (answer) => {
    const newest = await newestMigration();
    const place = describeDatabase(database().owner);
    expect(await downInTerminal(answer)).toEqual({
      status: 0,
      screen: `accounts: ${place}
accounts: revert ${newest} in ${place}? Answer accounts or yes: ${answer}
accounts: reverted ${newest}
`,
    });
    await expectPending(1);
  },
);

// The last one is Ctrl-D.
test.skipIf(!hasScript).each(['products', 'y', '', '\u0004'])(
  'in a terminal it reverts nothing after another answer: %j',
  async (answer) => {
    const { status, screen } = await downInTerminal(answer);
    expect(status).toBe(1);
    expect(screen).toContain(
      'accounts: nothing was reverted, because the answer was neither accounts nor yes\n',
    );
    await expectPending(0);
  },
);

test('reverts no migration that has become the newest after the answer', async () => {
  const definition = await loadSubgraph(findEntry(readSupergraphMap(), 'accounts'));
  const [agreed] = await migrationsOf('accounts');
  await expect(migrateDown(definition, database(), silent, { agreed })).rejects.toThrow(
    `accounts: nothing was reverted, because the newest migration is ${await newestMigration()} by now, and not ${agreed}`,
  );
  await expectPending(0);
});

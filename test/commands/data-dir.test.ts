// A DATA_DIR that cannot be used: each command that needs it says so in one sentence with the remedy, before anything is started.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { findUnprivilegedUser, isReachable } from '../../local/postgres/unprivileged.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const user = findUnprivilegedUser();

/** Runs a program of the project as a user who is not root. */
async function run(args: readonly string[], dataDir: string, variables: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    // Without the folder for compiled code, which this user may not read.
    env: { DATA_DIR: dataDir, PORT: String(await findFreePort()), ...variables },
    encoding: 'utf8',
    timeout: 60_000,
    ...(user ?? {}),
  });
  return { status, stdout, stderr };
}

/** A process whose command looks like one of this project. */
function spawnHolder(): { pid: number | undefined; end: () => void } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'commands/start.ts']);
  return { pid: child.pid, end: () => child.kill('SIGKILL') };
}

const remedy = 'llow writing there, or set DATA_DIR to a folder where you may write';
const refuseSettings = (folder: string, reason: string) => ({
  status: 1,
  stdout: '',
  stderr: `The environment is not usable:\n  - DATA_DIR: ${folder} cannot be used: ${reason}; a${remedy}\n`,
});
const refuse = (folder: string, reason: string) => ({
  status: 1,
  stdout: '',
  stderr: `The data folder ${folder} cannot be used: ${reason}. A${remedy}.\n`,
});

describe.skipIf(!isReachable(process.execPath))('as a user who may not write there', () => {
  const readOnly = join(root, 'read-only');
  mkdirSync(readOnly, { mode: 0o555 });
  const reason = 'this user has no permission there';

  test('npm start and npm run migrate say so, and leave the folder as it was', async () => {
    expect(await run(['commands/start.ts'], readOnly)).toEqual(refuseSettings(readOnly, reason));
    expect(await run(['commands/start.ts', 'accounts'], readOnly)).toEqual(refuse(readOnly, reason));
    expect(await run(['commands/migrate.ts', 'all', 'up'], readOnly)).toEqual(refuse(readOnly, reason));
    expect(readdirSync(readOnly)).toEqual([]);
  });

  test('npm run staff and status say so of a folder that another process has, and that they may not read', async () => {
    const folder = join(root, 'of-another');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'secret'), 'secret', { mode: 0o000 });
    const holder = spawnHolder();
    writeFileSync(join(folder, 'used-by.pid'), String(holder.pid));
    try {
      const expected = refuse(folder, reason);
      expect(await run(['commands/staff.ts', 'boss@example.com'], folder)).toEqual(expected);
      expect(await run(['commands/migrate.ts', 'accounts', 'status'], folder)).toEqual(expected);
    } finally {
      holder.end();
    }
  });

  test('PostgreSQL files of another user are no damaged database', async () => {
    const folder = join(root, 'foreign');
    mkdirSync(join(folder, 'postgres'), { recursive: true });
    chmodSync(folder, 0o777);
    chmodSync(join(folder, 'postgres'), 0o000);
    expect(await run(['commands/migrate.ts', 'accounts', 'up'], folder)).toMatchObject({
      status: 1,
      stderr: `${join(folder, 'postgres')} cannot be read: ${reason}. A${remedy}.\n`,
    });
  });
});

test('a file in the way is called so, by npm start, by npm run migrate and by the sandbox provider', async () => {
  const file = join(root, 'a-file');
  writeFileSync(file, '');
  const dataDir = join(file, 'data');
  const reason = 'a part of its path is a file and no folder';
  expect(await run(['commands/start.ts'], dataDir)).toEqual(refuseSettings(dataDir, reason));
  expect(await run(['commands/migrate.ts', 'all', 'up'], dataDir)).toEqual(refuse(dataDir, reason));
  const sandbox = await run(['subgraphs/payments/sandbox/start.ts'], dataDir, {
    PAYMENTS_PROVIDER_KEY: 'key',
    PAYMENTS_SANDBOX_PORT: '0',
  });
  expect(JSON.parse(sandbox.stderr).problems).toEqual([
    `DATA_DIR: ${join(dataDir, 'sandbox-provider')} cannot be used: ${reason}; a${remedy}`,
  ]);
});

// npm run migrate beside a graph that runs, and where no database is: it finds the one, and creates none only to look at it.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { findRunningFolders } from '../../../local/running-graphs.ts';
import { isAlive } from '../../../platform/process/is-alive.ts';
import { copyProject, runCommand } from '../../support/commands.ts';
import { startProcess, waitUntilReady } from '../../support/processes.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { migrate, migrationsOf, names, postmaster, statusOf } from './migrate-command.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('uses the PostgreSQL of a running npm start, also for subgraphs that do not run in it', async () => {
  const port = await findFreePort();
  const variables = { DATA_DIR: temporaryFolder(root), PORT: String(port) };
  const health = `http://127.0.0.1:${port}/health/ready`;
  const running = startProcess(['commands/start.ts', 'accounts'], variables);
  try {
    await waitUntilReady(health, running);
    expect(findRunningFolders(), 'a command without DATA_DIR finds it').toContain(variables.DATA_DIR);
    const pid = postmaster(variables.DATA_DIR);
    const status = await migrate(['all', 'status'], variables);
    const expected = names.map(async (name) =>
      statusOf(name, name === 'accounts' ? 0 : (await migrationsOf(name)).length),
    );
    expect(status).toEqual({ status: 0, stdout: (await Promise.all(expected)).join(''), stderr: '' });
    const { stdout: whole } = await runCommand('migrate', ['products', 'status'], variables);
    expect(whole, 'status creates no database').toMatch(
      /^products: there is no database yet at 127\.0\.0\.1:/,
    );
    expect(await migrate(['products', 'down'], variables)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'products has no database yet; run: npm run migrate -- products up\n',
    });
    expect(postmaster(variables.DATA_DIR)).toBe(pid);
    expect(isAlive(pid, 'postgres')).toBe(true);
    expect((await fetch(health)).status).toBe(200);
  } finally {
    await running.stop();
  }
  expect(running.child.exitCode).toBe(0);
  expect(findRunningFolders()).not.toContain(variables.DATA_DIR);
});

test('creates no database and no folder only to look at them', async () => {
  const copy = copyProject(temporaryFolder(root));
  expect(await migrate(['all', 'status'], {}, copy)).toEqual({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining(`There is no database in ${join(copy, '.data')}, and none was created.`),
  });
  expect(existsSync(join(copy, '.data'))).toBe(false);
});

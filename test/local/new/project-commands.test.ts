// The commands that write derived files end with the work that runs them, and nothing that they have started writes later.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeDerivedFiles } from '../../../local/new/project-commands.ts';
import { changeTogether } from '../../../local/new/project-files.ts';
import { isAlive } from '../../../platform/process/is-alive.ts';
import { listFiles } from '../../support/sources.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const names = ['generate', 'schema', 'contract-record', 'compose-docker'];

/** A command that starts a process of its own and writes a file with the ids of both. Neither ends by itself. */
const command = (name: string) => `
  import { spawn } from 'node:child_process';
  import { renameSync, writeFileSync } from 'node:fs';
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  writeFileSync('api/${name}.part', process.pid + ' ' + child.pid);
  renameSync('api/${name}.part', 'api/${name}');
  setInterval(() => {}, 1000);`;

test('an interruption ends the commands and what they have started, before the files are put back', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'commands'));
  mkdirSync(join(root, 'api'));
  for (const name of names) writeFileSync(join(root, 'commands', `${name}.ts`), command(name));
  const before = listFiles(root).sort();
  const ending = new AbortController();
  const changing = changeTogether(root, [], () => writeDerivedFiles(root, ending.signal));
  changing.catch(() => {});
  const files = names.map((name) => join(root, 'api', name));
  await expect.poll(() => files.every((file) => existsSync(file)), { timeout: 20_000 }).toBe(true);
  const pids = files.flatMap((file) => readFileSync(file, 'utf8').split(' ').map(Number));
  expect(pids.filter((pid) => isAlive(pid, 'node'))).toHaveLength(8);
  ending.abort(new Error('enough'));
  await expect(changing).rejects.toThrow('enough');
  expect(pids.filter((pid) => isAlive(pid, 'node'))).toEqual([]);
  expect(listFiles(root).sort()).toEqual(before);
  await expect(writeDerivedFiles(root, ending.signal), 'none starts afterwards').rejects.toThrow('enough');
  rmSync(root, { recursive: true });
});

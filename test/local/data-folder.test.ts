// DATA_DIR: one process uses it at a time, every start finds the same secrets, and a process deletes only files of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { claimDataFolder, DataFolderError, findClaimedDataFolder } from '../../local/data-folder.ts';
import { required } from '../support/required.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = '';
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = join(temporaryFolder(root), 'data');
});
afterEach(() => {
  child?.kill('SIGKILL');
});

const claim = (options = { fresh: false }) => claimDataFolder(folder, options);
const claimant = () => readFileSync(join(folder, 'used-by.pid'), 'utf8');

/** The folder as a process that runs this program has left or holds it. */
async function claimedBy(program: string): Promise<number> {
  child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', program]);
  await once(child, 'spawn');
  const pid = required(child.pid, 'it was started');
  mkdirSync(folder);
  writeFileSync(join(folder, 'used-by.pid'), String(pid));
  return pid;
}

test('is created when it is missing, belongs to the process that claims it, and is free after a release', () => {
  expect(findClaimedDataFolder(folder)).toBeNull();
  expect(existsSync(folder), 'looking makes nothing').toBe(false);
  const claimed = claim();
  expect(claimed.postgres).toBe(join(folder, 'postgres'));
  expect(claimant()).toBe(String(process.pid));
  claimed.release();
  expect(readdirSync(folder)).toEqual(['secret']);
  claim().release();
});

test('is refused to a second process while the first runs, in a sentence with the pid of the first', async () => {
  const pid = await claimedBy('commands/start.ts');
  expect(() => claim()).toThrow(DataFolderError);
  expect(() => claim({ fresh: true })).toThrow(
    `${folder} is in use by another Tributary (process ${pid}). Stop that one, or set DATA_DIR to another folder.`,
  );
  expect(claimant()).toBe(String(pid));
});

test('can be read while another process holds it, with the same passwords', async () => {
  const pid = await claimedBy('commands/start.ts');
  const beside = required(findClaimedDataFolder(folder), 'somebody holds it');
  const password = beside.derivePassword('accounts');
  expect(claimant()).toBe(String(pid));
  child?.kill('SIGKILL');
  await once(required(child, 'started'), 'exit');
  expect(findClaimedDataFolder(folder)).toBeNull();
  const claimed = claim();
  expect(claimed.derivePassword('accounts')).toBe(password);
  expect(claimant()).toBe(String(process.pid));
  claimed.release();
});

test('is taken over when another program has the pid of the claim by now', async () => {
  await claimedBy('somebody-else.ts');
  expect(findClaimedDataFolder(folder)).toBeNull();
  const claimed = claim();
  expect(claimant()).toBe(String(process.pid));
  claimed.release();
});

test.each(['', 'nonsense', '-1'])('is taken over when the claim names no process: %j', (text) => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'used-by.pid'), text);
  claim().release();
});

test('is emptied without touching the files of other programs or the secret', () => {
  const first = claim();
  const password = first.derivePassword('accounts');
  first.release();
  for (const name of ['sandbox-provider', 'thesis']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'file.txt'), 'keep me');
  }
  writeFileSync(join(folder, 'letter.txt'), 'keep me');
  claim({ fresh: false }).release();
  expect(existsSync(join(folder, 'sandbox-provider', 'file.txt'))).toBe(true);

  const anew = claim({ fresh: true });
  expect(anew.derivePassword('accounts')).toBe(password);
  anew.release();
  expect(readdirSync(folder).toSorted()).toEqual(['letter.txt', 'secret', 'thesis']);
  expect(readFileSync(join(folder, 'thesis', 'file.txt'), 'utf8')).toBe('keep me');
});

test('gives each role a password of its own, from a secret that only its owner may read', () => {
  const claimed = claim();
  const secret = readFileSync(join(folder, 'secret'), 'utf8');
  expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  const [one, other] = [claimed.derivePassword('accounts'), claimed.derivePassword('accounts_owner')];
  expect(one).not.toBe(other);
  expect([one, other].join()).not.toContain(secret);
  claimed.release();
  const elsewhere = claimDataFolder(temporaryFolder(root), { fresh: false });
  expect(elsewhere.derivePassword('accounts')).not.toBe(one);
  elsewhere.release();
});

test('refuses a path that cannot be a folder, and says what to do', () => {
  writeFileSync(folder, 'a file in the way stops every user, root included');
  expect(() => claim()).toThrow(DataFolderError);
  expect(() => claim()).toThrow(
    /^The data folder .* cannot be used: .*\. Allow writing there, or set DATA_DIR/,
  );
});

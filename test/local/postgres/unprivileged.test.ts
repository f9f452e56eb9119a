// Whom PostgreSQL runs as, and where. As root it runs as somebody else, in places which that user can reach; every test
// here asks for the same as any user, so that none is left out: only who the other user is differs.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startCluster } from '../../../local/postgres/cluster.ts';
import {
  createPrivateFolder,
  findReachableFolder,
  findUnprivilegedUser,
  isReachable,
  provideReachablePrograms,
} from '../../../local/postgres/unprivileged.ts';
import { query } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const isRoot = own.uid === 0;
/** The user who runs programs: another user when the tests run as root, and otherwise the user of the tests. */
const user = findUnprivilegedUser() ?? own;

const root = temporaryFolder();
const elsewhere: string[] = [];
afterAll(() => {
  for (const folder of [root, ...elsewhere]) rmSync(folder, { recursive: true, force: true });
});

/** A folder inside one that others may not enter, as in /root. */
function closedFolder(): string {
  const closed = temporaryFolder(root);
  mkdirSync(join(closed, 'inner'));
  chmodSync(closed, 0o700);
  return join(closed, 'inner');
}

test('only root runs PostgreSQL as another user', () => {
  if (isRoot) {
    const { uid, gid } = user;
    expect([uid, gid].every((id) => Number.isInteger(id) && id > 0)).toBe(true);
  } else expect(findUnprivilegedUser()).toBeNull();
});

test('a folder is reachable when others may enter every folder above it, whether it exists or not', () => {
  const open = temporaryFolder(root);
  expect(isReachable(open)).toBe(true);
  expect(isReachable(join(open, 'not', 'there', 'yet'))).toBe(true);
  const closed = closedFolder();
  expect(isReachable(closed), 'one that is open itself').toBe(false);
  expect(isReachable(join(closed, 'not', 'there', 'yet'))).toBe(false);
  chmodSync(dirname(closed), 0o711);
  expect(isReachable(closed), 'to pass through is enough').toBe(true);
  chmodSync(dirname(closed), 0o766);
  expect(isReachable(closed), 'to list and write is not').toBe(false);
});

test('data goes to the requested folder, unless another user could not reach it', () => {
  const open = join(temporaryFolder(root), 'postgres');
  const closed = join(closedFolder(), 'postgres');
  expect(findReachableFolder(open, user)).toBe(open);
  expect(findReachableFolder(closed, null), 'run as ourselves').toBe(closed);
  const moved = findReachableFolder(closed, user);
  expect(moved).toMatch(/^\/var\/tmp\/tributary-[0-9a-f]{12}\/postgres$/);
  expect(isReachable(dirname(moved))).toBe(true);
  expect(findReachableFolder(closed, user), 'the same at every start').toBe(moved);
  expect(findReachableFolder(join(closedFolder(), 'postgres'), user), 'another for another').not.toBe(moved);
});

test('programs that others cannot reach are copied once for each version, and run from the copy', () => {
  const closed = closedFolder();
  const program = join(closed, 'hello');
  writeFileSync(program, '#!/bin/sh\necho hello\n', { mode: 0o755 });
  expect(provideReachablePrograms(closed, '1', null)).toBe(closed);

  const version = `test-${randomBytes(5).toString('hex')}`;
  const copy = provideReachablePrograms(closed, version, user);
  elsewhere.push(copy);
  expect(copy).toBe(`/var/tmp/tributary-postgresql-${version}`);
  const asUser = isRoot ? user : {};
  const run = (file: string) => spawnSync(file, { ...asUser, cwd: '/', encoding: 'utf8' });
  expect(run(join(copy, 'hello')).stdout).toBe('hello\n');
  if (isRoot) expect(run(program).error).toMatchObject({ code: 'EACCES' });

  writeFileSync(program, 'changed');
  expect(provideReachablePrograms(closed, version, user)).toBe(copy);
  expect(readFileSync(join(copy, 'hello'), 'utf8')).toContain('echo hello');
  expect(existsSync(`${copy}.${process.pid}`)).toBe(false);
});

test('only the user of a private folder may enter it', () => {
  for (const [name, given] of [['another user', user] as const, ['same user', null] as const]) {
    const path = join(root, 'private', name);
    createPrivateFolder(path, given);
    const { uid, gid, mode } = statSync(path);
    expect({ uid, mode: mode & 0o777 }, name).toEqual({ uid: (given ?? own).uid, mode: 0o700 });
    if (given !== null) expect(gid).toBe(given.gid);
  }
});

test('PostgreSQL runs and keeps its rows when its requested folder is closed to others', async () => {
  const wanted = join(closedFolder(), 'postgres');
  const folder = findReachableFolder(wanted, findUnprivilegedUser());
  if (isRoot) elsewhere.push(dirname(folder));
  const options = { folder: wanted, password: 'test', durable: false };
  const first = await startCluster(options);
  try {
    expect(first.folder).toBe(folder);
    expect(existsSync(wanted)).toBe(!isRoot);
    expect(statSync(folder)).toMatchObject({ uid: user.uid });
    await query(first.adminUrl, 'CREATE TABLE note AS SELECT 1 AS id');
  } finally {
    await first.stop();
  }
  const second = await startCluster(options);
  try {
    expect(await query(second.adminUrl, 'SELECT id FROM note')).toEqual([{ id: 1 }]);
  } finally {
    await second.stop();
  }
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { isAlive } from '../../../platform/process/is-alive.ts';
import { required } from '../../support/required.ts';

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

test('finds a process alive only while its pid belongs to the program', async () => {
  child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'the-program-meant']);
  await once(child, 'spawn');
  const pid = required(child.pid, 'it was started');
  expect(isAlive(pid, 'the-program-meant')).toBe(true);
  expect(isAlive(pid, 'another-program'), 'the number is another program’s by now').toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(pid, 'the-program-meant')).toBe(false);
});

test.each([0, -1, 1.5, Number.NaN, 2 ** 31, Number('')])(
  'finds no process for the number %d, which would signal other processes',
  (pid) => {
    expect(isAlive(pid, '')).toBe(false);
  },
);

// Where machines read the output of a process, what goes wrong is lines of JSON on standard error. A full disk ends no process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { start } from './run-script.ts';

describe('for machines', () => {
  const run = async (code: string, name?: string) => {
    const { complained, ...ended } = await start(code, name).ended;
    return {
      ...ended,
      lines: complained
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    };
  };
  const line = (level: number, msg: string) => ({
    level,
    name: 'shop',
    pid: expect.any(Number),
    time: expect.any(Number),
    msg,
  });

  test('a problem at start, and a resource that does not close, are lines of JSON', async () => {
    const code = `
      resources.add('database', async () => { throw new Error('it is stuck'); });
      throw Object.assign(new Error('Two are wrong:\\n  - A\\n  - B'), { problems: ['A', 'B'] });`;
    expect(await run(code, 'shop')).toEqual({
      code: 1,
      said: [''],
      lines: [
        { ...line(60, 'Two are wrong:\n  - A\n  - B'), problems: ['A', 'B'] },
        line(50, 'database did not close: it is stuck'),
      ],
    });
  });

  test('a programming error has its stack in a field', async () => {
    const { lines } = await run(`undefined.name;`, 'shop');
    expect(lines).toEqual([
      {
        ...line(60, expect.stringContaining('undefined')),
        err: expect.objectContaining({ type: 'TypeError', stack: expect.stringContaining('\n') }),
      },
    ]);
  });

  test.each(['writeLines', 'the name'])(
    'warnings of Node, and errors that nothing catches, are lines from %s on',
    async (how) => {
      const code = `
      ${how === 'writeLines' ? `writeLines('shop');` : ''}
      process.emitWarning('it is\\nold', { type: 'DeprecationWarning', code: 'DEP1' });
      setTimeout(() => Promise.reject(new Error('nobody\\ncaught it')), 10);`;
      expect(await run(code, how === 'writeLines' ? undefined : 'shop')).toEqual({
        code: 1,
        said: [''],
        lines: [
          { ...line(40, 'it is\nold'), warning: 'DeprecationWarning', code: 'DEP1' },
          {
            ...line(60, 'nobody\ncaught it'),
            origin: 'unhandledRejection',
            err: expect.objectContaining({ type: 'Error' }),
          },
        ],
      });
    },
  );

  test('a warning that holds a circle is a line without it, and ends nothing', async () => {
    const code = `
      const { EventEmitter } = await import('node:events');
      const emitter = new EventEmitter();
      emitter.self = emitter;
      for (let index = 0; index < 12; index += 1) emitter.on('anything', () => {});
      setTimeout(() => Promise.reject(new Error('the end')), 50);`;
    const { lines } = await run(code, 'shop');
    expect(lines).toEqual([
      {
        ...line(40, expect.stringContaining('anything listeners added')),
        warning: 'MaxListenersExceededWarning',
      },
      expect.objectContaining({ msg: 'the end' }),
    ]);
  });
});

/** Linux has a file on which each write fails as on a full disk. */
describe.skipIf(!existsSync('/dev/full'))('on a full disk', () => {
  const load = (file: string) =>
    JSON.stringify(new URL(`../../../platform/process/${file}`, import.meta.url));

  async function runOnFullDisk(code: string): Promise<{ code: number | null; complained: string }> {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', full, 'pipe'],
      timeout: 20_000,
    });
    closeSync(full);
    let complained = '';
    child.stderr?.on('data', (chunk) => {
      complained += chunk;
    });
    const [exitCode] = await once(child, 'close');
    return { code: exitCode, complained };
  }

  test('a process that serves goes on without its log, and stops as always', async () => {
    const code = `
      import { readEnvironment } from ${load('environment.ts')};
      import { openLog } from ${load('log.ts')};
      import { runUntilEnd } from ${load('lifecycle.ts')};
      await runUntilEnd(async ({ resources }) => {
        const log = openLog(readEnvironment({}), 'shop');
        resources.add('server', async () => void process.stderr.write('closed'));
        let rounds = 0;
        setInterval(() => {
          log.info('a line of the log');
          console.log('a line for people');
          if (++rounds === 5) process.kill(process.pid, 'SIGTERM');
        }, 10);
      });`;
    expect(await runOnFullDisk(code)).toEqual({ code: 0, complained: 'closed' });
  });

  test('a command runs to its end, and fails with a sentence', async () => {
    const code = `
      import { print, runCommand } from ${load('command.ts')};
      await runCommand(async () => {
        print('a line');
        print('another line');
        await new Promise(setImmediate);
        process.stderr.write('closed\\n');
      });`;
    const { complained, ...ended } = await runOnFullDisk(code);
    expect(ended).toEqual({ code: 1 });
    expect(complained).toMatch(/^The output of this command is not complete: ENOSPC: .*\nclosed\n$/);
  });
});

import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

/** Starts a process of runUntilEnd behind a shell, as npm does, and kills the shell, as a signal to npm does. */
async function killShell(variables: Record<string, string>) {
  const run = new URL('../../../platform/process/lifecycle.ts', import.meta.url).href;
  const script = `import { runUntilEnd } from ${JSON.stringify(run)};
    setInterval(() => {}, 1000);
    await runUntilEnd(async ({ resources, reportStop }) => {
      reportStop((message, { reason }) => console.log(message, reason ?? ''));
      resources.add('server', async () => console.log('server closed'));
      console.log('pid', process.pid);
    });`;
  // The shell waits for a second command, so that it cannot replace itself by the first.
  const shell = spawn('/bin/sh', ['-c', '"$0" --input-type=module -e "$1"; true', process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: variables,
  });
  let said = '';
  shell.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const closed = new Promise((resolve) => shell.once('close', resolve));
  await expect.poll(() => said, { timeout: 20_000 }).toMatch(/^pid \d+\n/);
  const pid = Number(/\d+/.exec(said)?.[0]);
  shell.kill('SIGTERM');
  return { pid, said: () => said, closed };
}

test('a process that npm has started ends in order when the shell between them ends', async () => {
  const { closed, said } = await killShell({ npm_lifecycle_event: 'start' });
  await closed;
  expect(said()).toMatch(/^pid \d+\nstopping npm has ended\nserver closed\nstopped/);
});

test('a process that npm has not started outlives its parent', async () => {
  const { pid, said, closed } = await killShell({});
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(said()).toBe(`pid ${pid}\n`);
  process.kill(pid, 'SIGTERM');
  await closed;
  expect(said()).toContain('stopping SIGTERM');
});

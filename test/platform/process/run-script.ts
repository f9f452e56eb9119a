// A process that runs a few lines of code as its start: see platform/process/lifecycle.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, expect } from 'vitest';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/**
 * A process that runs the given code at its start; `resources`, `endSignal`, `reportStop`, `allowDrain`, `writeLines` and `say` are at
 * hand. With a name its problems are lines of JSON.
 */
export function start(code: string, name?: string) {
  const run = new URL('../../../platform/process/lifecycle.ts', import.meta.url).href;
  const script = `import { runUntilEnd } from ${JSON.stringify(run)};
    import { writeSync } from 'node:fs';
    const say = (text) => writeSync(1, text + '\\n');
    setInterval(() => {}, 1000);
    await runUntilEnd(async ({ resources, endSignal, reportStop, allowDrain, writeLines }) => { ${code} }, ${JSON.stringify(name)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const output = { said: '', complained: '' };
  child.stdout.on('data', (chunk) => {
    output.said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.complained += chunk;
  });
  const ended = new Promise<{ code: number | null; said: string[]; complained: string }>((resolve) => {
    child.once('close', (exitCode) => {
      resolve({ code: exitCode, said: output.said.trim().split('\n'), complained: output.complained });
    });
  });
  const whenSaid = (text: string) => expect.poll(() => output.said, { timeout: 10_000 }).toContain(text);
  const stopReading = () => child.stdout.destroy();
  return { kill: (signal: NodeJS.Signals) => child.kill(signal), ended, whenSaid, stopReading };
}

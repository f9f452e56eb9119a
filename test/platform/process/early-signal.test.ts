// A process that runs until it is asked to end hears a signal before its code is loaded.
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { parseImports, resolveImports, type Source } from '../../architecture/imports.ts';
import { startProcess } from '../../support/processes.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readSource = (path: string): Source => ({ path, text: readFileSync(join(root, path), 'utf8') });

/** The files that Node loads before it runs the first line of this one. */
function findLoadedFirst(path: string, found = new Set<string>()): Set<string> {
  const source = readSource(path);
  // `import(…)` loads a file later.
  const text = source.text.replaceAll(/import\([^)]*\)/g, '');
  for (const { target, isTypeOnly } of resolveImports({ path, text })) {
    if (isTypeOnly || found.has(target)) continue;
    found.add(target);
    findLoadedFirst(target, found);
  }
  return found;
}

test.each(['start', 'subgraph', 'gateway'])('%s loads little before it listens to signals', (command) => {
  const loaded = [...findLoadedFirst(`commands/${command}.ts`)].sort();
  expect(loaded).toEqual([
    'platform/process/lifecycle.ts',
    'platform/process/npm-parent.ts',
    'platform/process/output.ts',
    'platform/process/shutdown.ts',
  ]);
  for (const path of loaded)
    for (const { specifier } of parseImports(readSource(path).text)) expect(specifier).toMatch(/^(\.|node:)/);
});

/** Sends SIGTERM to the process as soon as it listens to it. */
const endAtOnce = `data:text/javascript,process.on("newListener",(event)=>event==="SIGTERM"&&setImmediate(()=>process.kill(process.pid,"SIGTERM")))`;

test('ends with exit code 0 at a SIGTERM that arrives while npm start loads its code', async () => {
  const started = startProcess(['--import', endAtOnce, 'commands/start.ts'], {
    DATA_DIR: join(folder, 'data'),
    PORT: String(await findFreePort()),
  });
  const [code] = await once(started.child, 'exit');
  expect([code, started.output()]).toEqual([0, expect.not.stringMatching('PostgreSQL 18 runs|ready after')]);
});

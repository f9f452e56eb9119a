// node console/build.ts <folder>: builds the page into the folder, which is there only when it is whole. Of several that run at the
// same time one builds, and the others wait for it. platform/console/bundle.ts runs it when a browser asks for the page.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../platform/process/is-alive.ts';
import { removeOldBuilds } from './old-builds.ts';

const [given] = process.argv.slice(2);
if (given === undefined) throw new Error('usage: node console/build.ts <folder>');
const folder = resolve(given);
const claim = `${folder}.pid`;

mkdirSync(dirname(folder), { recursive: true });
while (!existsSync(folder)) {
  if (!takeClaim()) {
    await sleep(200);
    continue;
  }
  try {
    if (!existsSync(folder)) await buildPage();
  } finally {
    rmSync(claim, { force: true });
  }
}

/** False while another process builds. The claim of one that was killed is removed, and the next attempt succeeds. */
function takeClaim(): boolean {
  try {
    writeFileSync(claim, String(process.pid), { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    if (!isRunning()) rmSync(claim, { force: true });
    return false;
  }
}

function isRunning(): boolean {
  try {
    const text = readFileSync(claim, 'utf8');
    // A file that is still empty has just been created, or its writer was killed before it wrote.
    if (text === '') return Date.now() - statSync(claim).mtimeMs < 5_000;
    return isAlive(Number(text), 'console/build.ts');
  } catch {
    // That build has just ended.
    return false;
  }
}

async function buildPage(): Promise<void> {
  const { build } = await import('vite');
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await build({
    configFile: false,
    root: import.meta.dirname,
    base: '/console/',
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir: unfinished,
      emptyOutDir: false,
      reportCompressedSize: false,
      modulePreload: { polyfill: false },
      // React's directives for servers mean nothing in a browser.
      rolldownOptions: { onwarn: () => {} },
    },
  });
  renameSync(unfinished, folder);
  removeOldBuilds(folder);
}

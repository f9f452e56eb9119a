// PostgreSQL ends with the process that has started it, also when that process cannot stop it any more.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startCluster } from '../../../local/postgres/cluster.ts';
import { isAlive } from '../../../platform/process/is-alive.ts';
import { startProcess, waitForOutput } from '../../support/processes.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));
const options = { folder: join(root, 'postgres'), password: 'test', durable: false };
const eventually = { timeout: 20_000, interval: 50 };

const readPid = (folder: string) =>
  Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);

test.skipIf(process.platform === 'win32')(
  'ends PostgreSQL after a kill -9 of its process, so that its folder can be used again',
  async () => {
    const file = new URL('../../../local/postgres/cluster.ts', import.meta.url).href;
    const script = `import { startCluster } from ${JSON.stringify(file)};
      console.log('it runs in ' + (await startCluster(${JSON.stringify(options)})).folder);
      setInterval(() => {}, 1000);`;
    const running = startProcess(['--input-type=module', '-e', script], {});
    const [, folder = ''] = /it runs in (.*)\n/.exec(await waitForOutput(running, 'it runs in')) ?? [];
    const orphan = readPid(folder);
    expect(isAlive(orphan, 'postgres')).toBe(true);
    await running.stop('SIGKILL');
    await expect.poll(() => isAlive(orphan, 'postgres'), eventually).toBe(false);

    const cluster = await startCluster(options);
    const later = readPid(cluster.folder);
    expect(isAlive(later, 'postgres')).toBe(true);
    await cluster.stop();
    expect(isAlive(later, 'postgres')).toBe(false);
  },
);

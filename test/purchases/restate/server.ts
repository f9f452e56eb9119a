// A Restate server for one test file: the real program, on free ports of 127.0.0.1, with its data in a folder of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const folder = resolve(import.meta.dirname, '../../../deploy/restate');

/** Restate is not one of the packages of the project, so it may be missing. */
export const isRestateInstalled = existsSync(join(folder, 'node_modules/@restatedev/restate-server'));

export interface RestateServer {
  /** The environment with which purchases runs on this server. */
  settings: Record<string, string>;
  adminUrl: string;
  /** Kills the server by its process id, with SIGKILL as in a crash. Its data stays. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts the server again on its ports, with its data. */
  start: () => Promise<void>;
  remove: () => Promise<void>;
}

export async function startRestate(): Promise<RestateServer> {
  const data = temporaryFolder();
  const [ingress = 0, admin = 0, fabric = 0, listen = 0] = await Promise.all([0, 0, 0, 0].map(findFreePort));
  const adminUrl = `http://127.0.0.1:${admin}`;
  const ingressUrl = `http://127.0.0.1:${ingress}`;
  const variables = {
    // The configuration in deploy/ keeps Restate on loopback with telemetry off. The test sets only ports, folders and sizes.
    RESTATE_CONFIG: join(folder, 'restate.toml'),
    RESTATE_BIND_PORT: String(fabric),
    RESTATE_INGRESS__BIND_PORT: String(ingress),
    RESTATE_ADMIN__BIND_PORT: String(admin),
    RESTATE_BASE_DIR: data,
    RESTATE_DEFAULT_NUM_PARTITIONS: '2',
    RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: '256MB',
  };
  const run = () => runServer(variables, [`${adminUrl}/health`, `${ingressUrl}/restate/health`]);
  let stop = await run();
  return {
    settings: {
      PURCHASES_ENGINE: 'restate',
      PURCHASES_RESTATE_INGRESS_URL: ingressUrl,
      PURCHASES_RESTATE_ADMIN_URL: adminUrl,
      PURCHASES_RESTATE_LISTEN: String(listen),
    },
    adminUrl,
    stop: (signal) => stop(signal),
    start: async () => {
      stop = await run();
    },
    remove: async () => {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function runServer(variables: Record<string, string>, healthUrls: readonly string[]) {
  // The command of the package starts this program as its child. The test needs the process id of the server.
  const load = createRequire(join(folder, 'node_modules/@restatedev/restate-server/package.json'));
  const program = load.resolve(`@restatedev/restate-server-${platform()}-${arch()}/bin/restate-server`);
  const child = spawn(program, ['--no-logo'], {
    env: variables,
    cwd: dirname(program),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const exited = once(child, 'exit');
  const deadline = Date.now() + 30_000;
  for (const url of healthUrls) {
    while ((await fetch(url).catch(() => null))?.ok !== true) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`Restate is not ready: ${output}`);
      await sleep(50);
    }
  }
  return async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
}

// The example for front-ends, built for one graph and served from an origin of its own, as a front-end is.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/temporary.ts';

const run = promisify(execFile);
const example = resolve(import.meta.dirname, '../../examples/web-client');

/** Its packages are not among those of the project, so they may be missing: npm ci --prefix examples/web-client. */
export const isExampleInstalled = existsSync(join(example, 'node_modules/.package-lock.json'));

export interface BuiltPages {
  origin: string;
  close: () => Promise<void>;
}

/** Generates the types from the schema of the repository, checks them, builds the pages and serves them. */
export async function buildPages(graphUrl: string): Promise<BuiltPages> {
  const folder = temporaryFolder();
  // In development React and the clients warn of wrong use, and the browser's console must stay empty.
  const variables = { VITE_GRAPH_URL: graphUrl, NODE_ENV: 'development' };
  await runScript(['build', '--', '--outDir', folder, '--logLevel', 'error'], variables);
  const { origin, close } = await serve(folder);
  return {
    origin,
    close: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Checks the types of the example: its operations fit the schema, and its code fits their types. */
export async function checkTypes(): Promise<void> {
  await runScript(['types']);
}

async function runScript(script: readonly string[], variables: Record<string, string> = {}): Promise<void> {
  try {
    await run('npm', ['run', '--silent', ...script], { cwd: example, env: { ...process.env, ...variables } });
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`npm run ${script[0]} failed in examples/web-client:\n${stdout}${stderr}`, { cause });
  }
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

async function serve(folder: string): Promise<BuiltPages> {
  const server = createServer(({ url = '/' }, response) => {
    const file = join(folder, new URL(url, 'http://page').pathname);
    if (!existsSync(file) || extname(file) === '') return response.writeHead(404).end();
    return response
      .setHeader('content-type', contentTypes[extname(file)] ?? 'text/plain')
      .end(readFileSync(file));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

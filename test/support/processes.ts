// Runs the graph as containers do: a process for each subgraph and one for the gateway, which call each other over HTTP with
// signed identities. Each process runs the command of its container on a free port of 127.0.0.1.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { provision } from '../../platform/database/provision.ts';
import { formatTrust, newKeyPair } from '../../platform/identity/signed-identity.ts';
import { type DatabaseUrls, getDatabaseKeys } from '../../platform/process/database-urls.ts';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { temporaryFolder } from './temporary.ts';
import { operatorToken } from './viewers.ts';

const root = resolve(import.meta.dirname, '../..');

export type Variables = Record<string, string>;

/** Adds the folder for compiled code of this run, with which a process starts in two thirds of the time. */
export function buildEnvironment(variables: Variables): Variables {
  const folder = process.env.TEST_COMPILED_CODE;
  return folder === undefined ? variables : { NODE_COMPILE_CACHE: folder, ...variables };
}

export interface Configuration {
  /** The key of each service that signs calls. All of them are trusted. */
  keys: ReadonlyMap<string, ReturnType<typeof newKeyPair>>;
  /** The URL of each subgraph's operations. */
  routes: Iterable<readonly [subgraph: string, url: string]>;
  databases: ReadonlyMap<string, DatabaseUrls>;
}

/** Builds the variables of a service: those of all services, its key, and its database. The caller adds `PORT` and `DATA_DIR`. */
export function buildVariables(name: string, { keys, routes, databases }: Configuration): Variables {
  const key = keys.get(name);
  const urls = databases.get(name);
  const { runtime, owner } = getDatabaseKeys(name);
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    OPERATOR_TOKEN: operatorToken,
    // All clients of a test have the same address.
    ACCOUNTS_SIGN_UPS_PER_ADDRESS: '1000000',
    ACCOUNTS_ATTEMPTS_PER_ADDRESS: '1000000',
    IDENTITY_TRUST: formatTrust(keys),
    ...Object.fromEntries(Array.from(routes, ([other, url]) => [`${other.toUpperCase()}_URL`, url])),
    ...(key === undefined ? {} : { IDENTITY_KEY: key.privateKey }),
    ...(urls === undefined ? {} : { [runtime]: urls.runtime, [owner]: urls.owner }),
  };
}

export interface RunningProcess {
  child: ChildProcess;
  /** The output of both streams so far. */
  output: () => string;
  /** Sends a signal and waits for the exit code, which is null after a signal that the process cannot catch. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts `node <args>` in the project's folder (or a copy of it) with exactly these variables. */
export function startProcess(args: readonly string[], variables: Variables, cwd = root): RunningProcess {
  const child = spawn(process.execPath, args, {
    cwd,
    env: buildEnvironment(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const append = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', append);
  child.stderr.on('data', append);
  const exited = once(child, 'exit');
  return {
    child,
    output: () => output,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

export type LogLine = Readonly<Record<string, unknown>> & { level: number; msg: string };

/** The lines that a process has written so far, each of which is one JSON object. Throws an error with a line that is none. */
export function readLines({ output }: Pick<RunningProcess, 'output'>): LogLine[] {
  const text = output();
  if (text !== '' && !text.endsWith('\n')) throw new Error(`the last line has no end: ${text}`);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      try {
        const parsed = JSON.parse(line);
        if (typeof parsed.level === 'number' && typeof parsed.msg === 'string') return parsed;
      } catch {
        // The error below has the line.
      }
      throw new Error(`not a line of the log: ${line}`);
    });
}

/** What a process says of its end: the messages of level 60, in order. */
export function readFatal(running: Pick<RunningProcess, 'output'>): string {
  return readLines(running)
    .filter(({ level }) => level === 60)
    .map(({ msg }) => `${msg}\n`)
    .join('');
}

/** Waits until the URL responds with 200. Throws an error with the output when the process ends before, or after 30 seconds. */
export async function waitUntilReady(url: string, running: RunningProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (running.child.exitCode !== null) throw new Error(`the process ended: ${running.output()}`);
    const response = await fetch(url).catch(() => null);
    await response?.arrayBuffer();
    // A program of somebody else may answer at this port: then the process ends, because the port is taken.
    if (response?.status === 200 && running.child.exitCode === null) return;
    await sleep(50);
  }
  throw new Error(`${url} is not ready: ${running.output()}`);
}

/** Waits until the output contains a text. Throws an error with the output when the process ends before, or after 30 seconds. */
export async function waitForOutput(running: RunningProcess, text: string): Promise<string> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && running.child.exitCode === null) {
    if (running.output().includes(text)) return running.output();
    await sleep(20);
  }
  throw new Error(`the process did not write "${text}": ${running.output()}`);
}

export interface StartedProcesses {
  url: string;
  /** The processes that run now, by name. */
  processes: ReadonlyMap<string, RunningProcess>;
  /** Starts a process again that has ended, and waits until it is ready. */
  restart: (name: string) => Promise<void>;
}

/** Provisions the databases, starts every subgraph and the gateway, and waits until they are ready. `cwd`: a copy of the project. */
export async function startProcesses(
  urls: ReadonlyMap<string, DatabaseUrls & { admin: string }>,
  resources: OpenResources,
  options: { cwd?: string; variables?: Variables } = {},
): Promise<StartedProcesses> {
  for (const [name, own] of urls) await provision(name, own);
  const folder = temporaryFolder();
  resources.add('data folder', async () => rmSync(folder, { recursive: true, force: true }));
  const names = readSupergraphMap().subgraphs.map(({ name }) => name);
  const ports = new Map(
    await Promise.all([...names, 'gateway'].map(async (name) => [name, await findFreePort()] as const)),
  );
  const keys = new Map([...names, 'gateway'].map((name) => [name, newKeyPair()]));
  const routes = names.map((name) => [name, `http://127.0.0.1:${ports.get(name)}/graphql`] as const);
  const processes = new Map<string, RunningProcess>();
  const starts = new Map<string, () => void>();
  const start = (name: string, args: readonly string[], dataDir: string) => {
    const variables = {
      ...buildVariables(name, { keys, routes, databases: urls }),
      ...options.variables,
      PORT: String(ports.get(name)),
      DATA_DIR: dataDir,
    };
    const run = () => void processes.set(name, startProcess(args, variables, options.cwd));
    starts.set(name, run);
    run();
    resources.add(name, async () => {
      const running = processes.get(name);
      const code = await running?.stop();
      if (code !== 0) throw new Error(`${name} ended with ${code}: ${running?.output()}`);
    });
  };

  for (const name of names) start(name, ['commands/subgraph.ts', name], join(folder, name));
  start('gateway', ['commands/gateway.ts'], folder);
  const ready = async (name: string) => {
    const running = processes.get(name);
    if (running) await waitUntilReady(`http://127.0.0.1:${ports.get(name)}/health/ready`, running);
  };
  await Promise.all([...processes.keys()].map(ready));
  return {
    url: `http://127.0.0.1:${ports.get('gateway')}/graphql`,
    processes,
    restart: async (name) => {
      starts.get(name)?.();
      await ready(name);
    },
  };
}

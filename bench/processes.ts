// Starts each measured program in a process of its own, and ends all of them with this process.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenResources } from '../platform/process/shutdown.ts';

export interface Started {
  pid: number;
  url: string;
}

export interface StartedPeer extends Started {
  /** Sends a message and resolves with the reply. */
  ask: (message: string) => Promise<unknown>;
}

export type Variables = Readonly<Record<string, string>>;

/** The maximum time of a start. */
const startTimeoutMs = 60_000;

/** Forks `bench/<file>` with options that it reads by readOptions, and waits for the URL that it sends by sendReady. */
export async function startPeer(
  file: string,
  options: Readonly<Record<string, unknown>>,
  opened: OpenResources,
  variables: Variables = {},
): Promise<StartedPeer> {
  const child = fork(join(import.meta.dirname, file), [JSON.stringify(options)], {
    // Apollo's package sends telemetry unless this is set. A measurement must not pay for it.
    env: { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true', ...variables },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const output = listen(file, child, opened);
  const ready = once(child, 'message', { signal: AbortSignal.timeout(startTimeoutMs) });
  // The promise that settles second must not be an unhandled rejection.
  ready.catch(() => {});
  const [message] = await Promise.race([ready, output.end]);
  const ask = async (question: string): Promise<unknown> => {
    const answered = once(child, 'message');
    child.send(question);
    const [answer] = await Promise.race([answered, output.end]);
    return answer;
  };
  return { pid: child.pid ?? 0, url: (message as { url: string }).url, ask };
}

/** Starts a program that sends no message when it is ready, and waits until `readyUrl` responds with 200. */
export async function startProgram(
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  { cwd, variables, readyUrl }: { cwd: string; variables: Variables; readyUrl: string },
  opened: OpenResources,
): Promise<number> {
  const child = spawn(command, args, {
    cwd,
    env: { NODE_ENV: 'production', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = listen(name, child, opened);
  await Promise.race([untilAnswers(readyUrl), said.end]);
  return child.pid ?? 0;
}

/** Keeps the end of a child's output for an error message, and ends the child with this process. */
function listen(name: string, child: ChildProcess, opened: OpenResources): { end: Promise<never> } {
  let output = '';
  const keep = (chunk: Buffer) => {
    output = `${output}${chunk}`.slice(-4_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const exited = once(child, 'exit');
  let isClosing = false;
  const end = exited.then(([code, signal]) => {
    const problem = `${name} ended with ${code ?? signal}: ${output}`;
    // The bench waits for no reply while the load runs, and the error of the load does not say why the program ended.
    if (!isClosing) process.stderr.write(`${problem}\n`);
    throw new Error(problem);
  });
  end.catch(() => {});
  opened.add(name, async () => {
    isClosing = true;
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const last = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited.catch(() => {});
    clearTimeout(last);
  });
  return { end };
}

async function untilAnswers(url: string): Promise<void> {
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(50)) {
    const response = await fetch(url).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return;
  }
  throw new Error(`${url} is not ready`);
}

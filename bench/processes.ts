// Starts what is measured, each in a process of its own, and sees to it that all of it ends with us.
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
  /** What it answers to a message. */
  ask: (message: string) => Promise<unknown>;
}

export type Variables = Readonly<Record<string, string>>;

/** How long a start may take, in milliseconds. */
const patienceMs = 60_000;

/** Forks `bench/<file>` with options that it reads with optionsOf, and waits for the URL that it says with ready. */
export async function startPeer(
  file: string,
  options: Readonly<Record<string, unknown>>,
  opened: OpenResources,
  variables: Variables = {},
): Promise<StartedPeer> {
  const child = fork(join(import.meta.dirname, file), [JSON.stringify(options)], {
    env: { NODE_ENV: 'production', ...variables },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const said = listen(file, child, opened);
  const ready = once(child, 'message', { signal: AbortSignal.timeout(patienceMs) });
  // Whichever comes second has nobody waiting for it.
  ready.catch(() => {});
  const [message] = await Promise.race([ready, said.end]);
  const ask = async (question: string): Promise<unknown> => {
    const answered = once(child, 'message');
    child.send(question);
    const [answer] = await Promise.race([answered, said.end]);
    return answer;
  };
  return { pid: child.pid ?? 0, url: (message as { url: string }).url, ask };
}

/** Starts a program that says nothing when it is ready, and waits until `readyUrl` answers 200. */
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

/** Keeps the end of what a child says, for the error when it ends; has it ended with us. */
function listen(name: string, child: ChildProcess, opened: OpenResources): { end: Promise<never> } {
  let output = '';
  const keep = (chunk: Buffer) => {
    output = `${output}${chunk}`.slice(-4_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const exited = once(child, 'exit');
  const end = exited.then(([code, signal]) => {
    throw new Error(`${name} ended with ${code ?? signal}: ${output}`);
  });
  end.catch(() => {});
  opened.add(name, async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const last = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited.catch(() => {});
    clearTimeout(last);
  });
  return { end };
}

async function untilAnswers(url: string): Promise<void> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(50)) {
    const response = await fetch(url).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return;
  }
  throw new Error(`${url} is not ready`);
}

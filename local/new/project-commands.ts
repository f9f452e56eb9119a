// The commands of the project that a new or a removed subgraph calls for. They end with the work that runs them: on an interruption
// they are ended, and the work goes on only after the last of them, and of what they have started, is gone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Runs the commands that write the derived files. Throws an Error with what the first failing one said. */
export async function writeDerivedFiles(root: string, interruption: AbortSignal): Promise<void> {
  // Each writes files of its own, so that they can run at once.
  const commands = ['generate', 'schema', 'contract-record', 'compose-docker'];
  const ended = await Promise.allSettled(
    commands.map((name) => runNode(root, [`commands/${name}.ts`], interruption)),
  );
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** Formats files as `npm run lint` wants them. */
export async function formatFiles(
  root: string,
  paths: readonly string[],
  interruption: AbortSignal,
): Promise<void> {
  const sources = paths.filter((path) => /\.(?:ts|json)$/.test(path));
  const biome = ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '--vcs-enabled=false'];
  await runNode(root, [...biome, ...sources], interruption);
}

async function runNode(root: string, args: readonly string[], interruption: AbortSignal): Promise<void> {
  interruption.throwIfAborted();
  // A group of its own: Ctrl-C in a terminal reaches this process alone, which ends the child with all that the child has started.
  const detached = process.platform !== 'win32';
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached });
  const end = () => endGroup(child);
  interruption.addEventListener('abort', end);
  try {
    // The streams close when the last process of the group has ended.
    const ended = once(child, 'close');
    const [[status], stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    interruption.throwIfAborted();
    const said = (stderr || stdout).trim() || `it ended with ${status ?? child.signalCode}`;
    if (status !== 0) throw new Error(`${args[0]}: ${said}`);
  } finally {
    interruption.removeEventListener('abort', end);
  }
}

/** Ends it in the middle of whatever it does: what it has written is put back. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch (cause) {
    // It has ended meanwhile.
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}

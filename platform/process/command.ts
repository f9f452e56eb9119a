// How a short-lived command prints, asks and ends: a problem that the user can solve is one clear sentence and exit code 1, or 2 when the
// arguments are wrong.
import { createInterface } from 'node:readline';
import { type Environment, environmentFile, isProduction } from './environment.ts';
import { complainInLine, describeError, getExitCode } from './lifecycle.ts';
import { discardUnreadOutput, writeLogLine, writeNodeOutputAsLines } from './output.ts';
import { warnOfUnreadVariables } from './unread-variables.ts';

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** True when a person can read a question and answer it. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** Asks the person at the terminal. The end of the input (Ctrl-D) is an empty answer. */
export async function ask(question: string): Promise<string> {
  process.stdout.write(question);
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}

/** A number with its noun: "1 finding", "2 findings". */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * Warns on standard error, because a program may read the output of the command. With `name`, as a line of the log in production.
 */
export function warn(message: string, name?: string): void {
  if (name !== undefined && isProduction()) writeLogLine(name, 'warn', message);
  else process.stderr.write(`WARNING: ${message}\n`);
}

/** Warns of the variables that nothing reads. */
export function warnOfVariables(environment: Environment, name?: string): void {
  warnOfUnreadVariables({ environment, files: [environmentFile], notRead: [] }, (message) =>
    warn(message, name),
  );
}

/**
 * Runs a command to its end. Never rejects: the command's error is printed on standard error. With `name`, as a line of the log in
 * production: a container runs the command, and machines read its output.
 */
export async function runCommand(
  command: (args: readonly string[]) => Promise<void>,
  name?: string,
): Promise<void> {
  const complain = (cause: unknown) => {
    if (name !== undefined && isProduction()) complainInLine(name, { cause });
    else process.stderr.write(`${describeError(cause)}\n`);
  };
  if (name !== undefined && isProduction()) writeNodeOutputAsLines(name);
  // A command runs to its end all the same: it may have to close what it has opened. What a full disk did not take is a failure.
  discardUnreadOutput(undefined, (cause) => {
    complain(new Error(`The output of this command is not complete: ${cause.message}`));
    process.exitCode = 1;
  });
  try {
    await command(process.argv.slice(2));
  } catch (cause) {
    complain(cause);
    process.exitCode = getExitCode(cause);
  }
}

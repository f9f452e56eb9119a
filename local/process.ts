// Questions about other processes: whether one still lives, and is what we take it for.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** True when the process exists and its command line names the program: a pid alone may have been given to another. */
export function isAlive(pid: number, program: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // EPERM: it exists and belongs to somebody else.
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') return commandLine(pid).includes(program);
  const { stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  return stdout.includes(program);
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It ended since we asked, or hides from us; either way it is none that we started.
    return '';
  }
}

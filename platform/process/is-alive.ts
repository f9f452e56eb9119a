// Finds out whether another process still runs, and whether it runs the expected program.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** True when the process exists and its command line names the program: the system may have reused the pid. */
export function isAlive(pid: number, program: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // EPERM: the process exists and belongs to another user.
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') return readCommandLine(pid).includes(program);
  const { stdout } = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  return stdout.includes(program);
}

function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // The process has ended, or its command line is not readable. In both cases this project did not start it.
    return '';
  }
}

// Ends PostgreSQL when this process dies without having stopped it, as after kill -9: pg_ctl gives PostgreSQL a session of its own, so
// that nothing else would end it. The guard is a shell that waits at a pipe from this process. The system closes the pipe, however
// the process ends. Windows has no such shell: PostgreSQL stays there until the next start, which ends it.
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { User } from './unprivileged.ts';

export interface Guard {
  /** Names the process that is guarded from now on. */
  watch: (pid: number) => void;
  /** Ends the guard: PostgreSQL has stopped. */
  release: () => void;
}

/**
 * $1 is PostgreSQL's postmaster.pid. When this process dies before it knows the pid, the file has it within seconds. When another
 * start has replaced PostgreSQL meanwhile, the file names another process, which is left alone. SIGINT is a fast shutdown.
 */
const script = `
  last=
  while read -r line; do last=$line; done
  [ "$last" = released ] && exit 0
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    found=
    [ -r "$1" ] && read -r found < "$1"
    if [ -n "$found" ]; then
      [ "\${last:-$found}" = "$found" ] && kill -INT "$found"
      exit 0
    fi
    [ -n "$last" ] && exit 0
    sleep 1
  done`;

/** Open it before PostgreSQL starts. It keeps neither this process nor its output open. */
export function openGuard(pidFile: string, user: User | null): Guard {
  if (process.platform === 'win32') return { watch: () => {}, release: () => {} };
  const child = spawn('/bin/sh', ['-c', script, 'tributary-guard', pidFile], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C reaches all processes of a terminal, and must not end the guard before PostgreSQL has stopped.
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    ...(user ?? {}),
  });
  // Without a guard PostgreSQL runs all the same.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  (child.stdin as unknown as Socket).unref();
  return {
    watch: (pid) => void child.stdin.write(`${pid}\n`),
    release: () => void child.stdin.end('released\n'),
  };
}

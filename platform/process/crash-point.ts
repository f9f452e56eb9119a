// Crash points: named places at which a test can kill the process, to prove that the project survives a crash there.
// They do nothing unless TEST_KILL_AT names one, and TEST_KILL_AT is read only with NODE_ENV=test.
import { readFileSync } from 'node:fs';
import type { Environment } from './environment.ts';

/** Marks a place in the code. Returns unless a test chose exactly this crash point. */
export type CrashPoint = (point: string) => void;

/**
 * TEST_KILL_AT is `<point>`, or `<point>#<n>` for the n-th time that the process reaches it, or `@<file>` for the point that the
 * file names at that moment, so that a test can choose the point while the process runs.
 */
export function readCrashPoints(
  service: string,
  { NODE_ENV, source }: Pick<Environment, 'NODE_ENV' | 'source'>,
): CrashPoint {
  const setting = NODE_ENV === 'test' ? source.TEST_KILL_AT : undefined;
  if (setting === undefined) return () => {};
  // SIGKILL ends the process immediately: no other code runs, not even in the current tick.
  const killProcess = () => process.kill(process.pid, 'SIGKILL');
  if (setting.startsWith('@')) {
    const file = setting.slice(1);
    return (reached) => {
      if (readFileSync(file, 'utf8') === `${service}: ${reached}`) killProcess();
    };
  }
  const [point = '', count = '1'] = setting.split('#');
  let remaining = Number(count);
  return (reached) => {
    if (`${service}: ${reached}` !== point) return;
    remaining -= 1;
    if (remaining === 0) killProcess();
  };
}

// Named places where a test may kill the process, so that "survives a crash there" is tried and not believed.
// Off unless TEST_KILL_AT names one, which is read with NODE_ENV=test alone.
import { readFileSync } from 'node:fs';
import type { Environment } from './environment.ts';

/** Marks a place. Returns, unless a test chose exactly this one. */
export type CrashPoint = (point: string) => void;

/**
 * TEST_KILL_AT is `<point>`, or `<point>#<n>`: the n-th time it is reached, or `@<file>`: the point that the file names by
 * then, so that a process that runs already can be chosen.
 */
export function readCrashPoints(
  service: string,
  { NODE_ENV, source }: Pick<Environment, 'NODE_ENV' | 'source'>,
): CrashPoint {
  const setting = NODE_ENV === 'test' ? source.TEST_KILL_AT : undefined;
  if (setting === undefined) return () => {};
  // Nothing after a kill runs, not even on this tick: the harshest end there is.
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

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
  const chosen = NODE_ENV === 'test' ? source.TEST_KILL_AT : undefined;
  if (chosen === undefined) return () => {};
  // Nothing after a kill runs, not even on this tick: the harshest end there is.
  const die = () => process.kill(process.pid, 'SIGKILL');
  if (chosen.startsWith('@')) {
    const file = chosen.slice(1);
    return (reached) => {
      if (readFileSync(file, 'utf8') === `${service}: ${reached}`) die();
    };
  }
  const [point = '', count = '1'] = chosen.split('#');
  let left = Number(count);
  return (reached) => {
    if (`${service}: ${reached}` !== point) return;
    left -= 1;
    if (left === 0) die();
  };
}

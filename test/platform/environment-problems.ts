import { EnvironmentError } from '../../platform/process/variables.ts';

/** The problems of the EnvironmentError that `read` throws. */
export function getProblems(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (cause) {
    if (cause instanceof EnvironmentError) return cause.problems;
    throw cause;
  }
  throw new Error('expected an EnvironmentError');
}

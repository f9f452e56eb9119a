// Which constraint a statement violated, by the name it was given in a migration: the way to turn a race that only the
// database can decide into a refusal.
import { QueryFailedError } from 'typeorm';

/** SQLSTATE class 23: integrity constraint violation. */
export function violatedConstraint(cause: unknown): string | undefined {
  if (!(cause instanceof QueryFailedError)) return undefined;
  const { code, constraint } = cause.driverError as { code?: string; constraint?: string };
  return code?.startsWith('23') ? constraint : undefined;
}

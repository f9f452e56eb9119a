// Finds the name of the constraint that a statement has violated. Migrations name each constraint, so that a use case can turn a race
// that only the database decides into a refusal.
import { QueryFailedError } from 'typeorm';

/** Undefined for an error that is not a constraint violation (SQLSTATE class 23). */
export function getViolatedConstraint(cause: unknown): string | undefined {
  if (!(cause instanceof QueryFailedError)) return undefined;
  const { code, constraint } = cause.driverError as { code?: string; constraint?: string };
  return code?.startsWith('23') ? constraint : undefined;
}

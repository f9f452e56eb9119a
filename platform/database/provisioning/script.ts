// Provisioning as a script for psql, for a database administrator who may do what this project may not. It carries no password, only the
// verifiers that PostgreSQL stores, so each script signs the roles in by the passwords of the URLs.
import pg from 'pg';
import {
  buildCreateDatabaseStep,
  buildSchemaSteps,
  buildServerSteps,
  type ProvisionStep,
  type ProvisionTarget,
} from './steps.ts';

const { escapeIdentifier, escapeLiteral } = pg;

export function buildProvisionScript(target: ProvisionTarget): string {
  return [
    `-- The database, the schema and the two roles of ${target.subgraph}. Run it by: psql -f <this file> <URL of an administrator>`,
    '-- It is safe to repeat. It prints what it has skipped.',
    '\\set ON_ERROR_STOP on',
    '\\set QUIET on',
    '\\pset tuples_only on',
    '\\pset format unaligned',
    ...[buildCreateDatabaseStep(target.database), ...buildServerSteps(target)].map(printStep),
    `\\connect ${escapeIdentifier(target.database)}`,
    ...buildSchemaSteps(target).map(printStep),
    '',
  ].join('\n');
}

/** psql runs what a query before \gexec returns. */
function printStep({ sql, needed, allowed, skipped }: ProvisionStep): string {
  if (needed === undefined) return `${sql};`;
  const conditions = allowed === undefined ? needed : `${needed} AND ${allowed}`;
  const run = `SELECT ${escapeLiteral(sql)} WHERE ${conditions} \\gexec`;
  if (allowed === undefined || skipped === undefined) return run;
  return `SELECT ${escapeLiteral(`skipped: ${skipped}`)} WHERE ${needed} AND NOT ${allowed};\n${run}`;
}

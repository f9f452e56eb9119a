// Provisioning as a script for psql, for a database administrator who may do what this project may not. It carries no password, only the
// verifiers that PostgreSQL stores, so each script signs the roles in by the passwords of the URLs.
import pg from 'pg';
import type { ProvisionStep } from './steps.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/** What is to be done for one subgraph. */
export interface ProvisionWork {
  subgraph: string;
  database: string;
  /** What the steps are for: "the second logins of accounts". */
  purpose: string;
  /** Steps in any database of the server, before the others. They may run at the same time for several subgraphs. */
  before: readonly ProvisionStep[];
  /** Steps in the database of the subgraph. */
  inside: readonly ProvisionStep[];
}

export function buildProvisionScript({ database, purpose, before, inside }: ProvisionWork): string {
  return [
    `-- For ${purpose}. Run it by: psql -f <this file> <URL of an administrator>`,
    '-- It is safe to repeat. It prints what it has skipped, and ends at the first error.',
    '\\set ON_ERROR_STOP on',
    '\\set SHOW_CONTEXT never',
    '\\set QUIET on',
    '\\pset tuples_only on',
    '\\pset format unaligned',
    ...before.map(printStep),
    `\\connect ${escapeIdentifier(database)}`,
    ...inside.map(printStep),
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

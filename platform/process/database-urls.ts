// The database URLs of the subgraphs: the names of their variables, and the rules for their values. In production a URL with a
// weak password is refused.
import { z } from 'zod';
import type { Environment } from './environment.ts';
import { EnvironmentError, emptyToUndefined, parseVariables } from './variables.ts';

export interface DatabaseUrls {
  /** The role that answers queries: `<name>`. */
  runtime: string;
  /** The role that owns the tables and runs migrations: `<name>_owner`. */
  owner: string;
  /** A superuser, or a role with CREATEDB and CREATEROLE: for provisioning only. */
  admin?: string | undefined;
}

/** A URL that has the form; its problem otherwise, without its value: it may have a password. */
const databaseUrl = z.string().superRefine((text, { addIssue }) => {
  const problem = findUrlProblem(text);
  if (problem !== undefined) addIssue({ code: 'custom', message: problem, continue: false });
});

/** Production data must not be protected by no password, by a short one, or by the one that development uses. */
const productionDatabaseUrl = databaseUrl.superRefine((url, { addIssue }) => {
  const password = decodeURIComponent(new URL(url).password);
  if (password === '') addIssue({ code: 'custom', message: 'its password is missing' });
  else if (password.length < 16 || password.startsWith('development'))
    addIssue({
      code: 'custom',
      message:
        'its password is weak: production needs at least 16 characters, and not the password of development',
    });
});

/** The names of the variables that hold a subgraph's database URLs: ACCOUNTS_DATABASE_URL and so on. */
export function getDatabaseKeys(subgraph: string): { runtime: string; owner: string; admin: string } {
  const prefix = subgraph.toUpperCase().replaceAll('-', '_');
  return {
    runtime: `${prefix}_DATABASE_URL`,
    owner: `${prefix}_OWNER_DATABASE_URL`,
    admin: `${prefix}_ADMIN_DATABASE_URL`,
  };
}

/** True when the environment has a database URL for any role of any of the subgraphs: then it must have all of them. */
export function hasDatabaseUrl(environment: Environment, subgraphs: readonly string[]): boolean {
  return subgraphs
    .flatMap((name) => Object.values(getDatabaseKeys(name)))
    .some((key) => emptyToUndefined(environment.source[key]) !== undefined);
}

/** The database URLs of the given subgraphs. Throws EnvironmentError, which names every missing, invalid or weak one. */
export function readDatabaseUrls(
  environment: Environment,
  subgraphs: readonly string[],
): Map<string, DatabaseUrls> {
  const problems: string[] = [];
  const urls = new Map<string, DatabaseUrls>();
  const url = environment.NODE_ENV === 'production' ? productionDatabaseUrl : databaseUrl;
  for (const name of subgraphs) {
    const keys = getDatabaseKeys(name);
    const schema = z.object({ [keys.runtime]: url, [keys.owner]: url, [keys.admin]: url.optional() });
    const values = parseVariables(schema, environment.source, problems) as Record<string, string> | undefined;
    if (values === undefined) continue;
    urls.set(name, {
      runtime: values[keys.runtime] ?? '',
      owner: values[keys.owner] ?? '',
      admin: values[keys.admin],
    });
  }
  if (problems.length > 0) throw new EnvironmentError(problems);
  return urls;
}

const form = 'must be a URL like postgresql://role:password@host:5432/database';
const encodingRule =
  'percent-encode the special characters of role, password and database, such as "/" as %2F, "#" as %23 and "@" as %40';

/**
 * A "/", "?" or "#" in a password ends the host of a URL too early. What follows is then no port, or the "@" before the host stands in the
 * path.
 */
function findUrlProblem(text: string): string | undefined {
  const isPostgres = /^postgres(ql)?:\/\//i.test(text);
  if (!URL.canParse(text)) return isPostgres && text.includes('@') ? `${form}; ${encodingRule}` : form;
  const { username, pathname, search, hash } = new URL(text);
  if (isPostgres && `${pathname}${search}${hash}`.includes('@'))
    return `has an "@" behind its host: ${encodingRule}`;
  if (!isPostgres || username === '' || pathname.length <= 1) return form;
  if (!isDecodable(text))
    return 'has a "%" that begins no percent-encoding: percent-encode role, password and database, "%" as %25';
  return undefined;
}

/** The role of a URL. */
export function getRole(url: string): string {
  return decodeURIComponent(new URL(url).username);
}

/** The drivers decode these parts, and would fail without the name of the variable. */
function isDecodable(text: string): boolean {
  const { username, password, pathname } = new URL(text);
  return [username, password, pathname].every(canDecode);
}

/** False for a "%" without two hexadecimal digits, and for bytes that are no UTF-8. */
function canDecode(part: string): boolean {
  try {
    return decodeURIComponent(part) !== undefined;
  } catch {
    return false;
  }
}

/** Host, port and database of a URL, without role and password. */
export function describeDatabase(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `the database ${decodeURIComponent(pathname.slice(1))} at ${hostname}:${port || '5432'}`;
}

// The one file that reads process.env. Every variable is declared here or, for what only one subgraph
// needs, as `settings` in that subgraph's index.ts; all problems are reported together, by name.
// Importing this file reads nothing and exits nothing: callers decide when, and tests pass their own source.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

export type EnvironmentSource = Readonly<Record<string, string | undefined>>;

const booleanText = z.enum(['true', 'false']).transform((value) => value === 'true');

/** A whole number in plain digits, within bounds: "4000", not "0xfa0", "4e3" or " ". */
export function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
}

const originList = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .transform((list) => list.filter((origin) => origin !== ''))
  .refine((list) => list.every(isOrigin), 'must be origins like https://shop.example, separated by commas');

const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber(0, 65535).optional(),
  // Bounded by what the roles may connect: see local/workers/start-workers.ts.
  WORKERS: wholeNumber(1, 16).default(1),
  DATA_DIR: z.string().min(1).default('.data'),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  CORS_ORIGINS: originList.default([]),
  DEMO_DATA: booleanText.optional(),
  DATABASE_POOL_SIZE: wholeNumber(1, 200).default(10),
  IDENTITY_KEY: z.string().min(1).optional(),
  IDENTITY_TRUST: z.string().min(1).optional(),
  // A stop may take five seconds in all: see platform/process/lifecycle.ts.
  DRAIN_MS: wholeNumber(0, 4_000).default(0),
  REQUEST_TIMEOUT_MS: wholeNumber(100, 600_000).default(15_000),
  HOT_RELOAD: booleanText.optional(),
  // Must hold what an honest plan can need: see platform/subgraph/representations.ts.
  MAX_REPRESENTATIONS: wholeNumber(1, 1_000_000).default(10_000),
});

/** Every variable that any process may read; a subgraph's own are in its settings. */
export const environmentKeys: readonly string[] = Object.keys(environmentSchema.shape);

const databaseUrl = z.string().refine(isPostgresUrl, {
  error: 'must be a URL like postgresql://role:password@host:5432/database',
  abort: true,
});

/** What production asks for: a password that development ships, or a short one, must not guard its data. */
const productionDatabaseUrl = databaseUrl.refine((url) => {
  const password = decodeURIComponent(new URL(url).password);
  return password.length >= 16 && !password.startsWith('development');
}, 'its password is weak: production needs 16 characters or more, not the development one');

export type Environment = z.infer<typeof environmentSchema> & {
  /** The same variables as text, for settings that a subgraph declares itself. */
  source: EnvironmentSource;
  /** CPU cores this process may use. */
  cores: number;
};

export interface DatabaseUrls {
  /** The role that answers queries: `<name>`. */
  runtime: string;
  /** The role that owns the tables and runs migrations: `<name>_owner`. */
  owner: string;
  /** A superuser, for provisioning only. */
  admin?: string | undefined;
}

/** Bad values in the environment, all of them, each with the name of its variable. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Adds what `.env` says, where there is one; a variable that is set already stays. For commands that people type. */
export function loadEnvironmentFile(file = resolve(import.meta.dirname, '../../.env')): void {
  if (existsSync(file)) process.loadEnvFile(file);
}

/** Reads the environment once. Throws EnvironmentError naming every bad variable. */
export function readEnvironment(source: EnvironmentSource = process.env): Environment {
  return readEnvironmentAnd([], source)[0];
}

/** The same with variables that another process of ours has worked out; they win. */
export function readEnvironmentWithOverrides(overrides: EnvironmentSource): Environment {
  return readEnvironment({ ...process.env, ...overrides });
}

/**
 * Reads the environment and, by `readers`, what else a process needs of it (URLs, keys, settings). Throws one
 * EnvironmentError with the problems of all, so that nobody mends them one start at a time.
 */
export function readEnvironmentAnd<const Readers extends readonly ((environment: Environment) => unknown)[]>(
  readers: Readers,
  source: EnvironmentSource = process.env,
): [Environment, ...Results<Readers>] {
  const problems: string[] = [];
  const values = parseVariables(environmentSchema, source, problems);
  if (source.NODE_ENV === 'production' && source.DEMO_DATA === 'true') {
    problems.push(
      'DEMO_DATA: must not be true in production: everybody knows the password of the demo accounts',
    );
  }
  // With a bad value among them the rest is still read, with that one's default, for the sake of its own problems.
  const usable = values ?? environmentSchema.parse(pickValidVariables(source));
  const environment: Environment = { ...usable, source, cores: availableParallelism() };
  const read = readers.map((reader) => {
    try {
      return reader(environment);
    } catch (cause) {
      if (!(cause instanceof EnvironmentError)) throw cause;
      problems.push(...cause.problems);
      return undefined;
    }
  });
  if (problems.length > 0) throw new EnvironmentError(problems);
  return [environment, ...(read as Results<Readers>)];
}

type Results<Readers extends readonly ((environment: Environment) => unknown)[]> = {
  -readonly [Index in keyof Readers]: ReturnType<Readers[Index]>;
};

/** Parses one more schema (a subgraph's settings) against the same source. Throws EnvironmentError. */
export function readSettings<Shape extends z.ZodObject>(
  schema: Shape,
  environment: Environment,
): z.infer<Shape> {
  const problems: string[] = [];
  const values = parseVariables(schema, environment.source, problems);
  if (problems.length > 0 || values === undefined) throw new EnvironmentError(problems);
  return values;
}

/** The variables that hold a subgraph's database URLs: ACCOUNTS_DATABASE_URL and so on. */
export function getDatabaseKeys(subgraph: string): { runtime: string; owner: string; admin: string } {
  const prefix = subgraph.toUpperCase().replaceAll('-', '_');
  return {
    runtime: `${prefix}_DATABASE_URL`,
    owner: `${prefix}_OWNER_DATABASE_URL`,
    admin: `${prefix}_ADMIN_DATABASE_URL`,
  };
}

/** True when the environment holds a database URL of at least one subgraph, whatever its role: then all are needed. */
export function hasDatabaseUrl(environment: Environment, subgraphs: readonly string[]): boolean {
  return subgraphs
    .flatMap((name) => Object.values(getDatabaseKeys(name)))
    .some((key) => emptyToUndefined(environment.source[key]) !== undefined);
}

/** The database URLs of the given subgraphs. Throws EnvironmentError naming each missing, bad or weak one. */
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

/** Expands `${env.NAME}` and `${env.NAME:-default}`, as Rover does in supergraph.yaml. */
export function expandVariables(
  text: string,
  onMissing: (name: string) => never,
  source: EnvironmentSource = process.env,
): string {
  return text.replaceAll(/\$\{env\.([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_match, name, fallback) => {
    const value = emptyToUndefined(source[name]) ?? fallback;
    return value === undefined ? onMissing(name) : value;
  });
}

function parseVariables<Schema extends z.ZodObject>(
  schema: Schema,
  source: EnvironmentSource,
  problems: string[],
): z.infer<Schema> | undefined {
  // An empty variable means "not set": compose files and .env templates cannot say it otherwise.
  const given = Object.fromEntries(
    Object.keys(schema.shape)
      .map((key) => [key, emptyToUndefined(source[key])] as const)
      .filter(([, value]) => value !== undefined),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const key = issue.path.map(String).join('.');
    problems.push(key in given ? `${key}: ${issue.message}` : `${key}: is missing`);
  }
  return undefined;
}

/** The base variables whose values are good. */
function pickValidVariables(source: EnvironmentSource): Record<string, unknown> {
  const good = Object.entries(environmentSchema.shape).filter(([key, schema]) => {
    const value = emptyToUndefined(source[key]);
    return value !== undefined && schema.safeParse(value).success;
  });
  return Object.fromEntries(good.map(([key]) => [key, source[key]]));
}

function emptyToUndefined(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^postgres(ql)?:$/.test(url.protocol) && url.username !== '' && url.pathname.length > 1;
}

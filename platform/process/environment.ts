// The only file that reads or writes process.env. It declares the variables of all processes; a variable that one subgraph alone needs
// is declared in `settings` of that subgraph's index.ts. All problems are reported together, each with its variable's name.
// Importing this file reads nothing and ends nothing: the caller decides when to read, and a test passes its own source.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { findDemoProblem } from './exposure.ts';
import { addLikelyName } from './unread-variables.ts';
import {
  EnvironmentError,
  type EnvironmentSource,
  emptyToUndefined,
  parseVariables,
  wholeNumber,
} from './variables.ts';

const booleanText = z.enum(['true', 'false']).transform((value) => value === 'true');

const demoData = z
  .enum(['true', 'false', 'anywhere'])
  .transform((value) => (value === 'anywhere' ? value : value === 'true'));

/** Written into a header as it is. Sixteen random characters cannot be guessed. */
const operatorToken = z
  .string()
  .regex(
    /^[\x21-\x7e]{16,200}$/,
    'must have 16 to 200 characters, without spaces: make one with: openssl rand -hex 32',
  );

const release = z
  .string()
  .regex(/^[\w.+-]{1,100}$/, 'must have 1 to 100 letters, digits or characters of . _ + -');

const originList = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .transform((list) => list.filter((origin) => origin !== ''))
  .refine((list) => list.every(isOrigin), 'must be origins like https://shop.example, separated by commas');

const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber(0, 65535).optional(),
  // The connection limits of the database roles allow no more: see local/workers/start-workers.ts.
  WORKERS: wholeNumber(1, 16).default(1),
  DATA_DIR: z.string().min(1).default('.data'),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  CORS_ORIGINS: originList.default([]),
  DEMO_DATA: demoData.optional(),
  // With false, only `npm run migrate` changes the tables: see platform/migrations/on-start.ts.
  MIGRATE_ON_START: booleanText.default(true),
  // The slots of the event table hold no more: see platform/events/event-table.ts.
  EVENTS_KEEP_DAYS: wholeNumber(1, 7).default(7),
  DATABASE_POOL_SIZE: wholeNumber(1, 200).default(10),
  IDENTITY_KEY: z.string().min(1).optional(),
  IDENTITY_TRUST: z.string().min(1).optional(),
  // stop_grace_period in docker-compose.yml covers the longest drain and five seconds more: see platform/process/lifecycle.ts.
  DRAIN_MS: wholeNumber(0, 60_000).default(0),
  REQUEST_TIMEOUT_MS: wholeNumber(100, 600_000).default(15_000),
  OPERATOR_TOKEN: operatorToken.optional(),
  RELEASE: release.optional(),
  HOT_RELOAD: booleanText.optional(),
  // Must cover what a legitimate query plan needs: see platform/subgraph/representations.ts.
  MAX_REPRESENTATIONS: wholeNumber(1, 1_000_000).default(10_000),
});

/** The names of the variables that any process may read. The variables of one subgraph are in its settings. */
export const environmentKeys: readonly string[] = Object.keys(environmentSchema.shape);

export type Environment = z.infer<typeof environmentSchema> & {
  /** All variables as text, for the settings that a subgraph declares. */
  source: EnvironmentSource;
  /** CPU cores that this process may use. */
  cores: number;
};

/** The file `.env` of the project. */
export const environmentFile = resolve(import.meta.dirname, '../../.env');

/** Adds the variables of the file `.env`, if it exists; variables that are set already stay. For commands that people type. */
export function loadEnvironmentFile(file = environmentFile): void {
  if (existsSync(file)) process.loadEnvFile(file);
}

/** True where machines read what a process writes, also before the rest of the environment is read. */
export function isProduction(source: EnvironmentSource = process.env): boolean {
  return source.NODE_ENV === 'production';
}

/** Sets a variable for a package that reads it by itself, and offers the choice nowhere else. */
export function setVariable(name: string, value: string): void {
  process.env[name] = value;
}

/** Reads the environment. Throws EnvironmentError, which names every invalid variable. */
export function readEnvironment(source: EnvironmentSource = process.env): Environment {
  return readEnvironmentAnd([], source)[0];
}

/** Reads the environment with variables that a parent process computed; these win. */
export function readEnvironmentWithOverrides(overrides: EnvironmentSource): Environment {
  return readEnvironment({ ...process.env, ...overrides });
}

type Reader = (environment: Environment) => unknown;

type Results<Readers extends readonly Reader[]> = {
  -readonly [Index in keyof Readers]: ReturnType<Readers[Index]>;
};

/**
 * Reads the environment, and by `readers` the other things that a process needs of it (URLs, keys, settings). Throws one
 * EnvironmentError with the problems of all of them, so that an operator can correct them before the next start.
 */
export function readEnvironmentAnd<const Readers extends readonly Reader[]>(
  readers: Readers,
  source: EnvironmentSource = process.env,
): [Environment, ...Results<Readers>] {
  const problems: string[] = [];
  const values = parseVariables(environmentSchema, source, problems);
  // The readers run even if a variable is invalid, with its default, because their problems are to be reported too.
  const usable = values ?? environmentSchema.parse(pickValidVariables(source));
  const demoProblem = findDemoProblem(usable);
  if (demoProblem !== undefined) problems.push(demoProblem);
  const environment: Environment = { ...usable, source, cores: availableParallelism() };
  const results = readers.map((reader) => runReader(reader, environment, problems));
  if (problems.length > 0)
    throw new EnvironmentError(problems.map((problem) => addLikelyName(problem, source)));
  return [environment, ...(results as Results<Readers>)];
}

function runReader(reader: Reader, environment: Environment, problems: string[]): unknown {
  try {
    return reader(environment);
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause;
    problems.push(...cause.problems);
    return undefined;
  }
}

/** Reads one more schema, such as a subgraph's settings, from the same source. Throws EnvironmentError. */
export function readSettings<Shape extends z.ZodObject>(
  schema: Shape,
  environment: Environment,
): z.infer<Shape> {
  const problems: string[] = [];
  const values = parseVariables(schema, environment.source, problems);
  if (problems.length > 0 || values === undefined) throw new EnvironmentError(problems);
  return values;
}

export interface VariableListeners {
  /** Gets each name whose default is taken. */
  onDefault?: (name: string) => void;
  /** Gets each name whose value is taken. */
  onValue?: (name: string) => void;
}

/** Expands `${env.NAME}` and `${env.NAME:-default}`, as Rover does in supergraph.yaml. */
export function expandVariables(
  text: string,
  { onMissing, onDefault, onValue }: VariableListeners & { onMissing: (name: string) => never },
  source: EnvironmentSource = process.env,
): string {
  return text.replaceAll(/\$\{env\.([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_match, name, fallback) => {
    const value = emptyToUndefined(source[name]);
    if (value !== undefined) {
      onValue?.(name);
      return value;
    }
    if (fallback === undefined) return onMissing(name);
    onDefault?.(name);
    return fallback;
  });
}

/** The declared variables whose values are valid. */
function pickValidVariables(source: EnvironmentSource): Record<string, unknown> {
  const valid = Object.entries(environmentSchema.shape).filter(([key, schema]) => {
    const value = emptyToUndefined(source[key]);
    return value !== undefined && schema.safeParse(value).success;
  });
  return Object.fromEntries(valid.map(([key]) => [key, source[key]]));
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

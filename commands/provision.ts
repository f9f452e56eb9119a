// npm run provision [-- <name|all> [--print]]: creates database, schema and roles on the servers that *_ADMIN_DATABASE_URL name.
// The names and passwords of the roles come from *_DATABASE_URL and *_OWNER_DATABASE_URL. Safe to repeat: it says what it has
// changed. `--print` connects to no server: it prints a script for psql, for a database administrator. npm run provision -- <name>
// --second-login <file> and --drop-second-login: for a change of these passwords while instances run (docs/rotation.md).
import {
  buildProvisionWork,
  readProvisionTarget,
  replaceDatabase,
  runProvisionWork,
} from '../platform/database/provision.ts';
import {
  describeChanges,
  type ProvisionedState,
  readProvisionedState,
} from '../platform/database/provisioning/changes.ts';
import { refusalCode } from '../platform/database/provisioning/refusals.ts';
import { buildProvisionScript, type ProvisionWork } from '../platform/database/provisioning/script.ts';
import {
  buildDropSecondLoginWork,
  buildSecondLoginWork,
} from '../platform/database/provisioning/second-login.ts';
import { openSecondLoginFile } from '../platform/database/provisioning/second-login-file.ts';
import { DatabaseUnreachable } from '../platform/database/unreachable.ts';
import { print, runCommand, warnOfVariables } from '../platform/process/command.ts';
import {
  type DatabaseUrls,
  describeDatabase,
  getDatabaseKeys,
  readDatabaseUrls,
} from '../platform/process/database-urls.ts';
import {
  type Environment,
  isProduction,
  loadEnvironmentFile,
  readEnvironmentAnd,
} from '../platform/process/environment.ts';
import { describeError, UsageError } from '../platform/process/lifecycle.ts';
import { openLog } from '../platform/process/log.ts';
import { EnvironmentError } from '../platform/process/variables.ts';
import { checkStatedSettings } from '../platform/subgraph/definition.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../subgraphs/load.ts';

const usage =
  'usage: npm run provision [-- <name|all> [--print]], or npm run provision -- <name> --second-login <file> [--print], ' +
  'or npm run provision -- <name> --drop-second-login [--print]';

await runCommand(async (args) => {
  const { which, prepare, isPrinted } = parseArguments(args);
  loadEnvironmentFile();
  const map = readSupergraphMap();
  const entries = which === 'all' ? map.subgraphs : [findEntry(map, which)];
  const names = entries.map(({ name }) => name);
  const definitions = await Promise.all(entries.map(loadSubgraph));
  const [environment, urls] = readEnvironmentAnd([
    (given) => readDatabaseUrls(given, names),
    (given) => (isPrinted ? undefined : refuseMissingAdmins(given, names)),
    ...definitions.map((definition) => (given: Environment) => checkStatedSettings(definition, given)),
  ]);
  warnOfVariables(environment, 'provision');
  const log = openLog(environment, 'provision');
  const say = isProduction() ? (message: string) => log.info(message) : print;
  for (const [name, own] of urls) {
    const prepared = prepare(name, own, environment);
    if (isPrinted) print(buildProvisionScript(prepared.work));
    else for (const sentence of await run(prepared, own)) say(`${name}: ${sentence}`);
  }
}, 'provision');

interface Prepared {
  work: ProvisionWork;
  /** What is true afterwards. */
  done: string;
  /** Reads what is there before and after the work, so that it can say what it has changed. */
  readState?: (admin: string) => Promise<ProvisionedState>;
  /** Takes back what the preparation has written, when the work fails. */
  undo?: () => void;
}

type Prepare = (name: string, urls: DatabaseUrls, environment: Environment) => Prepared;

function parseArguments(args: readonly string[]): { which: string; prepare: Prepare; isPrinted: boolean } {
  const isPrinted = args.at(-1) === '--print';
  const [which = 'all', action, file, ...more] = isPrinted && args.length > 1 ? args.slice(0, -1) : args;
  const isOne = which !== 'all' && more.length === 0;
  if (action === undefined && !which.startsWith('-')) return { which, prepare: prepareRoles, isPrinted };
  if (isOne && action === '--second-login' && file !== undefined && !file.startsWith('-'))
    return { which, prepare: prepareSecondLogin(file), isPrinted };
  if (isOne && action === '--drop-second-login' && file === undefined)
    return { which, prepare: prepareDrop, isPrinted };
  throw new UsageError(usage);
}

function prepareRoles(name: string, urls: DatabaseUrls): Prepared {
  const target = readProvisionTarget(name, urls);
  return {
    work: buildProvisionWork(target),
    done: `${describeDatabase(urls.owner)} has its schema and two roles`,
    readState: (admin) =>
      readProvisionedState(target, { ...urls, admin }, replaceDatabase(admin, target.database)),
  };
}

function prepareSecondLogin(file: string): Prepare {
  return (name, urls, environment) => {
    const { passwords, undo } = openSecondLoginFile(file, name, urls, environment);
    const work = buildSecondLoginWork(readProvisionTarget(name, urls), passwords);
    return { work, undo, done: `its two roles have second logins, whose URLs are in ${file}` };
  };
}

function prepareDrop(name: string, urls: DatabaseUrls): Prepared {
  return {
    work: buildDropSecondLoginWork(readProvisionTarget(name, urls)),
    done: 'its two roles have no second logins',
  };
}

/** Returns what was done, what that has changed, and what was skipped. */
async function run(
  { work, done, readState, undo }: Prepared,
  { admin = '' }: DatabaseUrls,
): Promise<string[]> {
  try {
    const before = await readState?.(admin);
    const skipped = await runProvisionWork(work, admin);
    const after = await readState?.(admin);
    const changes =
      before && after ? `: ${describeChanges(before, after).join(', ') || 'nothing to change'}` : '';
    return [done + changes, ...skipped.map((sentence) => `skipped: ${sentence}`)];
  } catch (cause) {
    undo?.();
    throw describeFailure(work.subgraph, cause as Error & { code?: string; detail?: string });
  }
}

function describeFailure(name: string, cause: Error & { code?: string; detail?: string }): Error {
  if (cause.code === refusalCode) return new Error(`${name}: ${cause.message}`, { cause });
  const reason = [describeError(cause), cause.detail].filter((text) => text !== undefined).join('. ');
  const failure = `${name} cannot be provisioned by ${getDatabaseKeys(name).admin}: ${reason.replace(/\.$/, '')}`;
  // DatabaseUnreachable says why a connection did not open. Such a failure does not show which rights the role lacks.
  if (cause instanceof DatabaseUnreachable) return new Error(failure, { cause });
  return new Error(
    `${failure}. It must be the URL of a superuser, or of a role with CREATEDB and CREATEROLE (PostgreSQL 16 or newer)`,
    { cause },
  );
}

/** Other commands need no superuser's URL; provisioning does. */
function refuseMissingAdmins({ source }: Environment, names: readonly string[]): void {
  const missing = names.map((name) => getDatabaseKeys(name).admin).filter((key) => !source[key]);
  if (missing.length > 0) throw new EnvironmentError(missing.map((key) => `${key}: is missing`));
}

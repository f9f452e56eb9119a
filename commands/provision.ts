// npm run provision [-- <name|all> [--print]]: creates database, schema and roles on the servers that *_ADMIN_DATABASE_URL name.
// The names and passwords of the roles come from *_DATABASE_URL and *_OWNER_DATABASE_URL. Safe to repeat. `--print` connects to no server:
// it prints a script for psql, for a database administrator.
import { provision, readProvisionTarget } from '../platform/database/provision.ts';
import { buildProvisionScript } from '../platform/database/provisioning/script.ts';
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

await runCommand(async ([which = 'all', ...more]) => {
  const isPrinted = more.length === 1 && more[0] === '--print';
  if (more.length > 0 && !isPrinted)
    throw new UsageError('usage: npm run provision [-- <name|all> [--print]]');
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
    if (isPrinted) print(buildProvisionScript(readProvisionTarget(name, own)));
    else for (const sentence of await provisionOne(name, own)) say(`${name}: ${sentence}`);
  }
}, 'provision');

/** Returns what was done and what was skipped. */
async function provisionOne(name: string, { admin = '', ...own }: DatabaseUrls): Promise<string[]> {
  const skipped = await provision(name, { ...own, admin }).catch((cause: Error & { detail?: string }) => {
    const reason = [describeError(cause), cause.detail].filter((text) => text !== undefined).join('. ');
    throw new Error(
      `${name} cannot be provisioned by ${getDatabaseKeys(name).admin}: ${reason.replace(/\.$/, '')}. It must be the URL of a superuser of a server that answers, or of a role with CREATEDB and CREATEROLE (PostgreSQL 16 or newer)`,
      { cause },
    );
  });
  return [
    `${describeDatabase(own.owner)} has its schema and two roles`,
    ...skipped.map((sentence) => `skipped: ${sentence}`),
  ];
}

/** Other commands need no superuser's URL; provisioning does. */
function refuseMissingAdmins({ source }: Environment, names: readonly string[]): void {
  const missing = names.map((name) => getDatabaseKeys(name).admin).filter((key) => !source[key]);
  if (missing.length > 0) throw new EnvironmentError(missing.map((key) => `${key}: is missing`));
}

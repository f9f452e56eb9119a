// npm run provision [-- <name|all>]: creates database, schema and roles on the servers that *_ADMIN_DATABASE_URL name.
// The names and passwords of the roles come from *_DATABASE_URL and *_OWNER_DATABASE_URL. Safe to repeat.
import { provision } from '../platform/database/provision.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { describeDatabase, getDatabaseKeys, readDatabaseUrls } from '../platform/process/database-urls.ts';
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
  if (more.length > 0) throw new UsageError('usage: npm run provision [-- <name|all>]');
  loadEnvironmentFile();
  const map = readSupergraphMap();
  const entries = which === 'all' ? map.subgraphs : [findEntry(map, which)];
  const names = entries.map(({ name }) => name);
  const definitions = await Promise.all(entries.map(loadSubgraph));
  const [environment, urls] = readEnvironmentAnd([
    (given) => readDatabaseUrls(given, names),
    (given) => refuseMissingAdmins(given, names),
    ...definitions.map((definition) => (given: Environment) => checkStatedSettings(definition, given)),
  ]);
  const log = openLog(environment, 'provision');
  const say = isProduction() ? (message: string) => log.info(message) : print;
  for (const [name, { admin = '', ...own }] of urls) {
    await provision(name, { ...own, admin }).catch((cause: unknown) => {
      throw new Error(
        `${name} cannot be provisioned by ${getDatabaseKeys(name).admin}: ${describeError(cause)}. It must be the URL of a superuser of a server that answers`,
        { cause },
      );
    });
    say(`${name}: ${describeDatabase(own.owner)} has its schema and two roles`);
  }
}, 'provision');

/** Other commands need no superuser's URL; provisioning does. */
function refuseMissingAdmins({ source }: Environment, names: readonly string[]): void {
  const missing = names.map((name) => getDatabaseKeys(name).admin).filter((key) => !source[key]);
  if (missing.length > 0) throw new EnvironmentError(missing.map((key) => `${key}: is missing`));
}

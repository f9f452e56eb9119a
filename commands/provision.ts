// npm run provision [-- <name|all>]: creates database, schema and roles on the servers that *_ADMIN_DATABASE_URL name.
// The names and passwords of the roles come from *_DATABASE_URL and *_OWNER_DATABASE_URL. Safe to repeat.
import { provision } from '../platform/database/provision.ts';
import {
  databaseKeys,
  EnvironmentError,
  loadEnvironmentFile,
  readDatabaseUrls,
  readTogether,
} from '../platform/environment.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { entryOf } from '../subgraphs/load.ts';
import { print, runCommand } from './command.ts';

await runCommand(async ([which = 'all']) => {
  loadEnvironmentFile();
  const map = readSupergraphMap();
  const names = which === 'all' ? map.subgraphs.map(({ name }) => name) : [entryOf(map, which).name];
  const [, urls] = readTogether([(given) => readDatabaseUrls(given, names)]);
  const missing = names.filter((name) => urls.get(name)?.admin === undefined);
  if (missing.length > 0)
    throw new EnvironmentError(missing.map((name) => `${databaseKeys(name).admin}: is missing`));
  for (const [name, { admin = '', ...own }] of urls) {
    await provision(name, { ...own, admin });
    print(`${name}: database, schema and two roles are there`);
  }
});

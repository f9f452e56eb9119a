// npm run staff -- <email> [--remove]: makes an account a member of staff, or takes the role away. It is how the first member of staff
// comes to be: changeRoles needs one. It works on the database that the environment names, or on the embedded PostgreSQL: that of the
// graph that runs, or of DATA_DIR, which it starts when it does not run.
import { destination } from 'pino';
import { type AuditEntry, writeAuditLine } from '../platform/calls/audit.ts';
import { getPublicCode } from '../platform/calls/public-errors.ts';
import { openDataSource } from '../platform/database/data-source.ts';
import { print, runCommand, warnOfVariables } from '../platform/process/command.ts';
import {
  type DatabaseUrls,
  describeDatabase,
  hasDatabaseUrl,
  readDatabaseUrls,
} from '../platform/process/database-urls.ts';
import {
  type Environment,
  loadEnvironmentFile,
  readEnvironmentAnd,
} from '../platform/process/environment.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { type Log, openLog } from '../platform/process/log.ts';
import { OpenResources } from '../platform/process/shutdown.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { Refusal } from '../platform/values/refusal.ts';
import { changeStaffRole } from '../subgraphs/accounts/change-roles.ts';

const name = 'accounts';

await runCommand(async (args) => {
  const [email, option] = args;
  const isRemoval = option === '--remove';
  if (email === undefined || email.startsWith('-') || args.length !== (isRemoval ? 2 : 1))
    throw new UsageError('usage: npm run staff -- <email> [--remove]');
  loadEnvironmentFile();
  const all = readSupergraphMap().subgraphs.map((entry) => entry.name);
  const [given] = readEnvironmentAnd([
    (source: Environment) => (hasDatabaseUrl(source, all) ? readDatabaseUrls(source, [name]) : undefined),
  ]);
  warnOfVariables(given);
  const environment: Environment = { ...given, LOG_LEVEL: 'warn' };
  const opened = new OpenResources();
  try {
    const { urls, description } = await openAccounts(environment, all, opened);
    print(`${name}: ${description}`);
    if (urls === null) throw new Error(`${name} has no database yet; npm start creates one`);
    // Standard output is for people, so that the audit line goes to the other stream.
    const log = openLog(environment, name, destination({ dest: 2, sync: true }));
    const { db } = await openDataSource({
      subgraph: name,
      url: urls.runtime,
      tables: [],
      migrations: [],
      poolSize: 1,
      applicationName: 'tributary staff',
      log,
    });
    opened.add('database', () => db.destroy());
    await changeRole({ db, log }, email, isRemoval ? 'remove' : 'add');
  } finally {
    await opened.close();
  }
});

type OpenedAccounts = { db: Awaited<ReturnType<typeof openDataSource>>['db']; log: Log };

async function changeRole(
  { db, log }: OpenedAccounts,
  email: string,
  change: 'add' | 'remove',
): Promise<void> {
  const write = (entry: Pick<AuditEntry, 'on' | 'outcome'>) =>
    writeAuditLine(log, { by: { caller: 'operator' }, act: `npm run staff, ${change}`, ...entry });
  try {
    const { accountId, hasChanged } = await changeStaffRole({ db }, email, change);
    write({ on: { accountId }, outcome: 'ok' });
    const state = change === 'add' ? 'a member of staff' : 'no member of staff';
    print(`${accountId} ${hasChanged ? `is ${state} from its next request on` : `was ${state} before`}`);
  } catch (cause) {
    write({ on: {}, outcome: getPublicCode(cause) });
    throw cause instanceof Refusal
      ? new Error('No account has this email address: sign up with it first, and run the command again.')
      : cause;
  }
}

/** An image has no embedded PostgreSQL, and no code that starts one: it is loaded only where it is needed. */
async function openAccounts(
  environment: Environment,
  all: readonly string[],
  opened: OpenResources,
): Promise<{ urls: DatabaseUrls | null; description: string }> {
  if (hasDatabaseUrl(environment, all)) {
    const urls = readDatabaseUrls(environment, [name]).get(name) ?? null;
    return { urls, description: urls === null ? '' : describeDatabase(urls.owner) };
  }
  const { openCommandDatabases } = await import('../local/postgres/command-databases.ts');
  const databases = await openCommandDatabases({ all, names: [name], environment, opened, creates: false });
  return databases.get(name) ?? { urls: null, description: '' };
}

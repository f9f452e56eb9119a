// npm run staff -- <email> [--remove]: makes an account a member of staff, or takes the role away. It is how the first member of staff
// comes to be: changeRoles needs one. It works on the database that the environment names, or on the embedded PostgreSQL: that of the
// graph that runs, or of DATA_DIR, which it starts when it does not run.
import { type AuditEntry, writeAuditLine } from '../platform/calls/audit.ts';
import { getPublicCode } from '../platform/calls/public-errors.ts';
import {
  findOperatorDatabases,
  type OperatorDatabase,
  openOperatorDatabase,
  readOperatorEnvironment,
} from '../platform/operator/operator-database.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { loadEnvironmentFile } from '../platform/process/environment.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
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
  const environment = readOperatorEnvironment(all, [name]);
  const opened = new OpenResources();
  try {
    const options = { all, names: [name], environment, opened };
    const databases = await findOperatorDatabases(options, async (wanted) => {
      const { openCommandDatabases } = await import('../local/postgres/command-databases.ts');
      return openCommandDatabases(wanted);
    });
    const database = await openOperatorDatabase(name, databases, 'staff', options);
    await changeRole(database, email, isRemoval ? 'remove' : 'add');
  } finally {
    await opened.close();
  }
});

async function changeRole(
  { db, log }: OperatorDatabase,
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

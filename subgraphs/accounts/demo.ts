// Accounts for a first look: a customer and a member of staff. Their password is printed at start. Where it is forbidden
// (public-password.ts), creating them is refused like any other account with it.
import type { Context } from '../../platform/subgraph/context.ts';
import { accountByEmail } from './account.ts';
import { createAccount } from './create-account.ts';
import type { Own } from './own.ts';
import { demoEmails, publicPassword } from './public-password.ts';

export async function writeDemoAccounts(ctx: Context<Own>): Promise<void> {
  const [ada, grace] = demoEmails;
  const people = [
    { email: ada, name: 'Ada Lovelace', roles: ['CUSTOMER'] },
    { email: grace, name: 'Grace Hopper', roles: ['CUSTOMER', 'STAFF'] },
  ] as const;
  await Promise.all(
    people.map(async ({ roles, ...person }) => {
      if ((await accountByEmail(ctx, person.email)) !== null) return;
      await createAccount(ctx, { ...person, password: publicPassword }, roles);
    }),
  );
}

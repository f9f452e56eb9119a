// Accounts for a first look: a customer and a member of staff. Their password is printed at start. Production never writes them.
import type { Context } from '../../platform/subgraph/context.ts';
import { accountByEmail } from './account.ts';
import { createAccount } from './create-account.ts';
import type { Own } from './own.ts';

const demoPassword = 'tributary demo';

export async function writeDemoAccounts(ctx: Context<Own>): Promise<void> {
  const people = [
    { email: 'ada@example.com', name: 'Ada Lovelace', roles: ['CUSTOMER'] },
    { email: 'grace@example.com', name: 'Grace Hopper', roles: ['CUSTOMER', 'STAFF'] },
  ] as const;
  await Promise.all(
    people.map(async ({ roles, ...person }) => {
      if ((await accountByEmail(ctx, person.email)) !== null) return;
      await createAccount(ctx, { ...person, password: demoPassword }, roles);
    }),
  );
}

// The password of the demo accounts is published with the project. In production, and wherever other machines may reach the process, it
// opens no account: a sign-in with it is refused, nobody can choose it, and sessions of demo accounts end at the start. Where only this
// machine reaches the process, a gateway may still let other machines in, so that the address of the client decides as well.
import { array, text, uuid } from '../../platform/database/column.ts';
import { changeStatement, statement } from '../../platform/database/statement.ts';
import { isThisMachine, type PublicPasswordUsers } from '../../platform/process/exposure.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { AccountId } from '../../platform/values/ids.ts';
import type { ClientContext } from './count-attempt.ts';
import { refuse } from './errors.ts';
import type { Own } from './own.ts';

export const publicPassword = 'tributary demo';

/** The email addresses that are published together with the password. */
export const demoEmails = ['ada@example.com', 'grace@example.com'] as const;

/**
 * Refuses PASSWORD_PUBLIC. The password alone decides, whoever uses it: the answer tells nothing about an account, and an account
 * that took the password over under another email address is closed as well.
 */
export function refusePublicPassword(
  { own, address }: Pick<ClientContext, 'own' | 'address'>,
  password: string,
): void {
  if (password === publicPassword && !mayUsePublicPassword(own.publicPasswordUsers, address))
    throw refuse('PASSWORD_PUBLIC');
}

/** A call without a client comes from this process, or from a service that it trusts. */
function mayUsePublicPassword(users: PublicPasswordUsers, address: string | undefined): boolean {
  if (users !== 'this machine') return users === 'everybody';
  return address === undefined || isThisMachine(address);
}

export const demoHashesStatement = statement({
  text: 'SELECT id, password_hash FROM accounts.account WHERE lower(email) = ANY($1)',
  params: [array(text())],
  row: { id: uuid<AccountId>(), password_hash: text() },
});

export const endSessionsStatement = changeStatement({
  text: `UPDATE accounts.session SET revoked_at = now(), updated_at = now()
     WHERE account_id = ANY($1) AND revoked_at IS NULL`,
  params: [array(uuid<AccountId>())],
});

/** Ends the sessions of demo accounts that still have the published password, and logs which accounts these are. */
export async function closePublicAccounts(ctx: Context<Own>): Promise<void> {
  const { own, db, log } = ctx;
  if (own.publicPasswordUsers !== 'nobody') return;
  const found = await demoHashesStatement.run(db, [[...demoEmails]]);
  const checked = await Promise.all(
    found.map(({ id, password_hash: hash }) =>
      own.passwords.inTurn({}, async ({ verify }) => ((await verify(hash, publicPassword)) ? [id] : [])),
    ),
  );
  const accounts = checked.flat();
  if (accounts.length === 0) return;
  const [, sessions] = await endSessionsStatement.run(db, [accounts]);
  log.warn(
    { accounts, sessions },
    'demo accounts with the published password exist; they cannot sign in here, and their sessions have ended',
  );
}

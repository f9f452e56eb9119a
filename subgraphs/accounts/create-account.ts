// createAccount: the unique index decides who was first, whatever the letter case and however many try at once.
import { array, text, uuid } from '../../platform/database/column.ts';
import { violatedConstraint } from '../../platform/database/constraint.ts';
import { oneRowStatement } from '../../platform/database/statement.ts';
import { type AccountId, newAccountId } from '../../platform/values/ids.ts';
import { type AccountRow, accountEmailKey, accountTableRow, type Role } from './account.ts';
import { type ClientContext, countSignUp } from './count-attempt.ts';
import { refuse } from './errors.ts';

export interface NewAccount {
  email: string;
  name: string;
  password: string;
}

/** Something, an @, a domain with a dot; 254 characters at most (RFC 5321). Only a mail sent there proves more. */
const emailShape = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;

/** Control characters belong in neither; NUL could not even be stored. */
const control = /\p{Cc}/u;

export const insertAccountStatement = oneRowStatement({
  text: `INSERT INTO accounts.account (id, email, name, roles, password_hash) VALUES ($1, $2, $3, $4, $5) RETURNING *`,
  params: [uuid<AccountId>(), text(), text(), array(text<Role>()), text()],
  row: accountTableRow,
});

/** Refusals: EMAIL_INVALID, EMAIL_IN_USE, NAME_INVALID, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, TOO_MANY_ATTEMPTS, OVERLOADED. */
export async function createAccount(
  ctx: ClientContext,
  input: NewAccount,
  roles: readonly Role[] = ['CUSTOMER'],
): Promise<AccountRow> {
  const email = input.email.trim();
  const name = input.name.trim();
  if (email.length > 254 || !emailShape.test(email) || control.test(email)) throw refuse('EMAIL_INVALID');
  if (name === '' || [...name].length > 100 || control.test(name)) throw refuse('NAME_INVALID');
  await countSignUp(ctx);
  const passwordHash = await ctx.own.passwords.hash(input.password);
  try {
    const [account] = await insertAccountStatement.run(ctx.db, [
      newAccountId(),
      email,
      name,
      roles,
      passwordHash,
    ]);
    return account;
  } catch (cause) {
    if (violatedConstraint(cause) === accountEmailKey) throw refuse('EMAIL_IN_USE');
    throw cause;
  }
}

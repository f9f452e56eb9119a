// createAccount: opens an account. The unique index on the email address decides between simultaneous requests, in any letter
// case.
import { array, text, uuid } from '../../platform/database/column.ts';
import { getViolatedConstraint } from '../../platform/database/constraint.ts';
import { oneRowStatement } from '../../platform/database/statement.ts';
import { type AccountId, newAccountId } from '../../platform/values/ids.ts';
import { parseInput } from '../../platform/values/input.ts';
import { isPlainIdentifier, isReadableLine, normalizeLine } from '../../platform/values/text.ts';
import { type AccountRow, accountEmailKey, accountTableRow, type Role } from './account.ts';
import { type ClientContext, countSignUp } from './count-attempt.ts';
import { refuse } from './errors.ts';
import { parseNewPassword } from './new-password.ts';

export interface NewAccount {
  email: string;
  name: string;
  password: string;
}

/** A part of a domain: letters of any script, digits, and hyphens inside. The length of the whole is checked apart. */
const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?`;
/**
 * A name, an @, and a domain with a dot. The characters that separate or quote addresses in a mail (RFC 5322) are no part of a name:
 * "<ada@example.com>" would be another account than "ada@example.com", and "a,b@example.com" two addresses. Only a mail could prove more.
 */
const emailShape = new RegExp(String.raw`^[^\s@<>()[\],;:"\\]{1,64}@(?:${label}\.)+${label}$`, 'u');

export const insertAccountStatement = oneRowStatement({
  text: `INSERT INTO accounts.account (id, email, name, roles, password_hash) VALUES ($1, $2, $3, $4, $5) RETURNING *`,
  params: [uuid<AccountId>(), text(), text(), array(text<Role>()), text()],
  row: accountTableRow,
});

/** Refusals: EMAIL_INVALID, EMAIL_IN_USE, NAME_INVALID, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, PASSWORD_PUBLIC, TOO_MANY_ATTEMPTS, OVERLOADED. */
export async function createAccount(
  ctx: ClientContext,
  input: NewAccount,
  roles: readonly Role[] = ['CUSTOMER'],
): Promise<AccountRow> {
  const { email, name, password } = parseInput({
    email: () => parseEmail(input.email),
    name: () => parseName(input.name),
    password: () => parseNewPassword(ctx, input.password),
  });
  const passwordHash = await ctx.own.passwords.inTurn(ctx, async ({ hash }) => {
    await countSignUp(ctx);
    return hash(password);
  });
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
    if (getViolatedConstraint(cause) === accountEmailKey) throw refuse('EMAIL_IN_USE');
    throw cause;
  }
}

function parseEmail(text: string): string {
  // The composed form of Unicode, in which equal texts are equal: a letter with an accent can be written in two ways.
  const email = text.trim().normalize('NFC');
  if (email.length > 254 || !emailShape.test(email) || !isPlainIdentifier(email))
    throw refuse('EMAIL_INVALID');
  return email;
}

function parseName(text: string): string {
  const name = normalizeLine(text);
  if (name === '' || [...name].length > 100 || !isReadableLine(name)) throw refuse('NAME_INVALID');
  return name;
}

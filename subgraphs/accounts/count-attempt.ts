// What stands between a guesser and a password: three counts (OWASP Authentication Cheat Sheet: threshold, observation
// window, lockout duration), and one between a machine and a thousand accounts.
//   address and account  tight: whoever mistypes that often from one place waits until the window ends
//   account              loose: guesses from many addresses; NIST SP 800-63B (5.2.2) allows 100 in a row at most
//   address              loose: one password tried on many accounts; many people may share the address
//   sign-ups             how many accounts an address opens
// Nobody is locked out for ever. A window ends by itself, and what one count refuses is not counted by the next: an address
// spends at most its tight count of an account's. And the account's count does not bind an address from which the account
// has signed in lately (the list of known addresses that NIST proposes), so that its owner gets in while others guess.
// An email address without an account is counted, and answered, like one with: no count tells who is here.

import type { Call } from '../../platform/calls/call.ts';
import { boolean, integer, nullable, text } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { getNetwork } from '../../platform/identity/client-address.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { cleaned, counted, keyOf } from './attempt.ts';
import { refuse } from './errors.ts';
import type { Own } from './own.ts';

/** A request's context, or one without a client behind it. */
export type ClientContext = Context<Own> & Pick<Call, 'address'>;

const password = {
  account: keyOf.account('$1::text'),
  pair: keyOf.pair('$1::text', '$2::text'),
  address: keyOf.address('$2::text'),
};

// Each count is taken only where the one before allows it; the order is also that of the locks.
export const countPasswordStatement = statement({
  text: `
  WITH of_address AS (${counted(password.address, '$5', '$6', '$2::text IS NOT NULL')}),
  of_pair AS (${counted(password.pair, '$3', '$6', 'NOT EXISTS (SELECT FROM of_address WHERE NOT within)')}),
  of_account AS (${counted(password.account, '$4', '$6', 'EXISTS (SELECT FROM of_pair WHERE within AND NOT known)')}),
  cleaned AS (${cleaned(Object.values(password))})
  SELECT EXISTS (SELECT FROM of_pair WHERE within AND known) OR EXISTS (SELECT FROM of_account WHERE within) AS allowed`,
  params: [text(), nullable(text()), integer(), integer(), integer(), integer()],
  row: { allowed: boolean() },
});

/** Counts a password that is about to be checked, in one statement. Refuses TOO_MANY_ATTEMPTS. */
export async function countPasswordAttempt(ctx: ClientContext, email: string): Promise<void> {
  const { perAddressAndAccount, perAccount, perAddress, windowMinutes } = ctx.own.attempts;
  const [row] = await countPasswordStatement.run(ctx.db, [
    // PostgreSQL's text takes no NUL, and no account has one.
    email.replaceAll('\0', ' '),
    clientOf(ctx),
    perAddressAndAccount,
    perAccount,
    perAddress,
    windowMinutes,
  ]);
  if (row?.allowed !== true) throw refuse('TOO_MANY_ATTEMPTS');
}

const signUps = keyOf.signUps('$1::text');

export const countSignUpsStatement = statement({
  text: `
  WITH of_address AS (${counted(signUps, '$2', '$3', 'true')}),
  cleaned AS (${cleaned([signUps])})
  SELECT within AS allowed FROM of_address`,
  params: [text(), integer(), integer()],
  row: { allowed: boolean() },
});

/** Counts an account that is about to be opened, by a client. Refuses TOO_MANY_ATTEMPTS. */
export async function countSignUp(ctx: ClientContext): Promise<void> {
  const client = clientOf(ctx);
  if (client === null) return;
  const { signUpsPerAddress, windowMinutes } = ctx.own.attempts;
  const [row] = await countSignUpsStatement.run(ctx.db, [client, signUpsPerAddress, windowMinutes]);
  if (row?.allowed !== true) throw refuse('TOO_MANY_ATTEMPTS');
}

/** What stands for the client in the counts; null where there is none. */
export function clientOf({ address }: Pick<Call, 'address'>): string | null {
  return address === undefined ? null : getNetwork(address);
}

// Limits how often passwords are guessed and accounts are opened. Three counts limit guesses (OWASP Authentication Cheat
// Sheet: threshold, observation window, lockout duration), and one limits sign-ups:
//   address and account  a low limit, for one client that tries one account
//   account              a high limit, for guesses from many addresses; NIST SP 800-63B (5.2.2) allows at most 100 in a row
//   address              a high limit, for one password tried on many accounts; many people may share an address
//   sign-ups             how many accounts one address may open
// No account is locked for ever: a window ends by itself. An attempt that one count refuses is not counted by the next, so one
// address can use up only its own low limit of an account's count. An address from which the account has signed in lately is
// known (NIST proposes such a list). The account's count does not apply to it, so that the owner can sign in while others guess.
// An email address without an account is counted and answered like one with an account, so that counts reveal no accounts.

import type { Call } from '../../platform/calls/call.ts';
import { boolean, integer, nullable, text } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { getNetwork } from '../../platform/identity/client-address.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { buildCleanupSql, buildCountSql, buildKeySql, buildWaitSql } from './attempt.ts';
import { refuse } from './errors.ts';
import type { Own } from './own.ts';

/** The context of a request, or of a call that has no client address. */
export type ClientContext = Context<Own> & Partial<Pick<Call, 'address' | 'signal' | 'deadline'>>;

const passwordKeys = {
  account: buildKeySql.account('$1::text'),
  pair: buildKeySql.pair('$1::text', '$2::text'),
  address: buildKeySql.address('$2::text'),
};

/**
 * SQL for the seconds after which a pair or an account lets an attempt through, although an earlier count refused this one. It reads the
 * rows as they were before the statement, and is evaluated for refused attempts only.
 */
const laterWaitsSql = `SELECT max(${buildWaitSql('window_ends_at')}) FROM accounts.attempt
  WHERE window_ends_at > now() AND ((key = ${passwordKeys.pair} AND attempts >= $3)
    OR (key = ${passwordKeys.account} AND attempts >= $4 AND NOT EXISTS (
      SELECT FROM accounts.attempt WHERE key = ${passwordKeys.pair} AND known_until > now())))`;

// Each count is taken only if the one before it allows the attempt. The rows are locked in the same order.
export const countPasswordStatement = statement({
  text: `
  WITH of_address AS (${buildCountSql(passwordKeys.address, '$5', '$6', '$2::text IS NOT NULL')}),
  of_pair AS (${buildCountSql(passwordKeys.pair, '$3', '$6', 'NOT EXISTS (SELECT FROM of_address WHERE NOT within)')}),
  of_account AS (${buildCountSql(passwordKeys.account, '$4', '$6', 'EXISTS (SELECT FROM of_pair WHERE within AND NOT known)')}),
  cleaned AS (${buildCleanupSql(Object.values(passwordKeys))})
  SELECT allowed, CASE WHEN NOT allowed THEN greatest(
      (SELECT max(waits) FROM (TABLE of_address UNION ALL TABLE of_pair UNION ALL TABLE of_account) AS counts WHERE NOT within),
      (${laterWaitsSql})) END AS retry_after
  FROM (SELECT EXISTS (SELECT FROM of_pair WHERE within AND known) OR EXISTS (SELECT FROM of_account WHERE within)) AS judged (allowed)`,
  params: [text(), nullable(text()), integer(), integer(), integer(), integer()],
  row: { allowed: boolean(), retry_after: nullable(integer()) },
});

/**
 * Counts an attempt before its password is checked, in one statement. Refuses TOO_MANY_ATTEMPTS, with the seconds until an attempt from
 * this address at this account is let through. They depend on counts alone, which accounts that do not exist have too.
 */
export async function countPasswordAttempt(ctx: ClientContext, email: string): Promise<void> {
  const { perAddressAndAccount, perAccount, perAddress, windowMinutes } = ctx.own.attemptLimits;
  const [row] = await countPasswordStatement.run(ctx.db, [
    // PostgreSQL's type text cannot hold a NUL character, and no account has one.
    email.replaceAll('\0', ' '),
    getClientNetwork(ctx),
    perAddressAndAccount,
    perAccount,
    perAddress,
    windowMinutes,
  ]);
  refuseUnlessAllowed(row);
}

const signUpKey = buildKeySql.signUps('$1::text');

export const countSignUpsStatement = statement({
  text: `
  WITH of_address AS (${buildCountSql(signUpKey, '$2', '$3', 'true')}),
  cleaned AS (${buildCleanupSql([signUpKey])})
  SELECT within AS allowed, CASE WHEN NOT within THEN waits END AS retry_after FROM of_address`,
  params: [text(), integer(), integer()],
  row: { allowed: boolean(), retry_after: nullable(integer()) },
});

/** Counts an account that a client is about to open. Refuses TOO_MANY_ATTEMPTS. */
export async function countSignUp(ctx: ClientContext): Promise<void> {
  const network = getClientNetwork(ctx);
  if (network === null) return;
  const { signUpsPerAddress, windowMinutes } = ctx.own.attemptLimits;
  const [row] = await countSignUpsStatement.run(ctx.db, [network, signUpsPerAddress, windowMinutes]);
  refuseUnlessAllowed(row);
}

function refuseUnlessAllowed(row: { allowed: boolean; retry_after: number | null } | undefined): void {
  if (row?.allowed === true) return;
  throw refuse('TOO_MANY_ATTEMPTS', { retryAfter: row?.retry_after ?? 1 });
}

/** The network under which the client is counted. Null when the call has no client address. */
export function getClientNetwork({ address }: Partial<Pick<Call, 'address'>>): string | null {
  return address === undefined ? null : getNetwork(address);
}

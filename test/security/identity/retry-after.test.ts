// A refusal of too many attempts says after how many seconds an attempt is let through. The limits here are small.
import { expect, test } from 'vitest';
import { subgraphTest } from '../../support/subgraph.ts';
import { getOutcome, getWait, limits, openGuesser, password } from './guessing.ts';

const accounts = subgraphTest('accounts', { environment: limits });
const { attempt, signUp, createAccount, newAddress } = openGuesser(accounts);

async function guessFourTimes(email: string, from: string): Promise<void> {
  for (let n = 0; n < 4; n += 1) await attempt({ email, from });
}

/** Lets the windows of all counts end so many seconds later than now, by the first letters of what each counts. */
const endWindows = async (email: string, from: string, seconds: Record<string, number>) => {
  const keys = {
    address: `address ${from}`,
    pair: `pair ${from} ${email}`,
    account: `account ${email}`,
    signUps: `sign-ups ${from}`,
  };
  for (const [name, text] of Object.entries(keys))
    if (seconds[name] !== undefined)
      await accounts.sql(
        `UPDATE accounts.attempt SET window_ends_at = now() + make_interval(secs => $2)
         WHERE key = sha256(convert_to($1, 'UTF8'))`,
        [text, seconds[name]],
      );
};
/** The statement after a change of a window begins at most a few seconds later. */
const about = (seconds: number) => expect.toSatisfy((wait) => wait <= seconds && wait > seconds - 10);

test('at first it names the whole window', async () => {
  const [email, from] = ['waiting@example.com', newAddress()];
  await guessFourTimes(email, from);
  expect(getWait(await attempt({ email, from }))).toEqual(about(15 * 60));
});

test('it names the longest of the counts that would refuse it, one after the other', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  await guessFourTimes(email, from);
  for (let n = 0; n < 8; n += 1) await attempt({ email: `waiting-${n}@example.com`, from });
  // The address refuses first, but the pair would refuse for longer.
  await endWindows(email, from, { address: 60, pair: 300, account: 800 });
  expect(getWait(await attempt({ email, from }))).toEqual(about(300));
  await endWindows(email, from, { pair: 0 });
  expect(getWait(await attempt({ email, from }))).toEqual(about(60));
  for (let n = 0; n < 6; n += 1) await attempt({ email, from: newAddress() });
  expect(getWait(await attempt({ email, from })), 'the account is exhausted too').toEqual(about(800));
  await endWindows(email, from, { address: 0, account: 0 });
  expect(getOutcome(await attempt({ email, from, password })), 'and then it is let through').toBe('ok');
});

test('it names at least one second, and for sign-ups the time of their own count', async () => {
  const [{ email }, from] = [await createAccount(), newAddress()];
  for (let n = 0; n < 3; n += 1) await signUp(from, email);
  await endWindows(email, from, { signUps: 200 });
  expect(getWait(await signUp(from))).toEqual(about(200));
  await guessFourTimes(email, from);
  await endWindows(email, from, { pair: 0.9 });
  const wait = getWait(await attempt({ email, from }));
  expect([1, undefined], 'undefined when the window has just ended').toContain(wait);
});

// The password of the demo accounts is public. What it opens in development, it opens nowhere else: new sign-ins, sessions that are
// there already, and accounts that took the password over.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../platform/process/environment.ts';
import type { EnvironmentSource } from '../../platform/process/variables.ts';
import type { Subgraph } from '../../platform/subgraph/subgraph.ts';
import { getOutcome, openGuesser, openSecondInstance } from '../security/identity/guessing.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, service } from '../support/viewers.ts';
import { createSession } from './people.ts';

const published = 'tributary demo';
const places: readonly [name: string, variables: EnvironmentSource][] = [
  ['production', { NODE_ENV: 'production' }],
  ['development on all addresses', { NODE_ENV: 'development', HOST: '0.0.0.0' }],
];

const development = subgraphTest('accounts');
const { attempt } = openGuesser(development);
const openSessions = () =>
  development.sql('SELECT account_id FROM accounts.session WHERE revoked_at IS NULL AND expires_at > now()');

async function signIn(email: string, password = published) {
  const { createSession: created } = await development.data(createSession, { input: { email, password } });
  return created as { token: string; account: { id: string } };
}

beforeAll(async () => {
  await development.opened().demo();
});

describe.each(places)('in %s', (_name, variables) => {
  let subgraph: Subgraph;
  let staff: { token: string; account: { id: string } };
  let ownPassword: { token: string };
  beforeAll(async () => {
    staff = await signIn('grace@example.com');
    const create = 'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id } }';
    const person = { email: `own-${Math.random()}@example.com`, name: 'Own' };
    await development.data(create, { input: { ...person, password: 'a password of my own' } });
    ownPassword = await signIn(person.email, 'a password of my own');
    subgraph = await openSecondInstance(development, variables);
  });
  afterAll(() => subgraph.close());

  const send = (query: string, variables: Record<string, unknown>, viewer = customer()) =>
    subgraph.execute(
      { query, variables },
      { viewer, signal: AbortSignal.timeout(10_000), traceId: '0'.repeat(32) },
    );

  test('no demo account signs in, and neither does another account with that password', async () => {
    const before = subgraph.statements();
    for (const email of ['grace@example.com', 'ada@example.com', 'nobody@example.com']) {
      const response = await attempt({ email, password: published, at: subgraph });
      expect(getOutcome(response)).toBe('PASSWORD_PUBLIC');
    }
    expect(subgraph.statements(), 'the refusal reads nothing').toBe(before);
  });

  test('the sessions that demo accounts had are over, and those of other accounts are not', async () => {
    const query = 'query ($token: String!) { sessionByToken(token: $token) { accountId } }';
    const find = (token: string) => send(query, { token }, service('gateway'));
    expect(await find(staff.token)).toEqual({ data: { sessionByToken: null } });
    expect((await find(ownPassword.token)).data?.sessionByToken).toEqual({ accountId: expect.any(String) });
    expect((await openSessions()).map(({ account_id }) => account_id)).not.toContain(staff.account.id);
  });

  test('nobody can choose that password, and demo accounts cannot be written', async () => {
    const input = { email: 'new@example.com', name: 'New', password: published };
    const create = 'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id } }';
    expect(getOutcome(await send(create, { input }))).toBe('PASSWORD_PUBLIC');
    const change = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { id } }';
    const passwords = { currentPassword: 'a password of my own', newPassword: published };
    expect(getOutcome(await send(change, { input: passwords }))).toBe('PASSWORD_PUBLIC');
    await development.sql(`DELETE FROM accounts.account WHERE email = 'ada@example.com'`);
    await expect(subgraph.demo()).rejects.toMatchObject({ code: 'PASSWORD_PUBLIC' });
    await development.opened().demo();
  });
});

test('a demo account whose password was changed keeps its sessions', async () => {
  const { token } = await signIn('grace@example.com');
  await development.sql(
    `UPDATE accounts.account SET password_hash = (SELECT password_hash FROM accounts.account WHERE email LIKE 'own-%' LIMIT 1)
     WHERE email = 'grace@example.com'`,
  );
  const subgraph = await openSecondInstance(development, { NODE_ENV: 'production' });
  await subgraph.close();
  const query = 'query ($token: String!) { sessionByToken(token: $token) { accountId } }';
  const found = await development.data(query, { token }, service('gateway'));
  expect(found.sessionByToken).toEqual({ accountId: expect.any(String) });
});

test.each([
  ['this machine', '127.0.0.1', 'ok'],
  ['this machine over IPv6', '::1', 'ok'],
  ['another machine', '192.168.1.7', 'PASSWORD_PUBLIC'],
  ['another machine over IPv6', '2001:db8::7', 'PASSWORD_PUBLIC'],
])(
  'behind a gateway that lets other machines in, a client of %s (%s) gets: %s',
  async (_which, from, outcome) => {
    const email = 'ada@example.com';
    expect(getOutcome(await attempt({ email, from, password: published }))).toBe(outcome);
    expect(getOutcome(await attempt({ email, from }))).toBe('CREDENTIALS_WRONG');
  },
);

test('DEMO_DATA=anywhere lets demo accounts sign in on any address, but not in production', async () => {
  const allowed = await openSecondInstance(development, { HOST: '0.0.0.0', DEMO_DATA: 'anywhere' });
  const email = 'ada@example.com';
  const { data } = await attempt({ email, from: '192.168.1.7', password: published, at: allowed });
  await allowed.close();
  expect(data).toMatchObject({ createSession: { token: expect.any(String) } });
  expect(() => readEnvironment({ NODE_ENV: 'production', DEMO_DATA: 'anywhere' })).toThrow(
    'DEMO_DATA: must not be anywhere in production: the password of the demo accounts is public',
  );
});

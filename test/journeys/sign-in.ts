// A customer creates an account, signs in, lists the sessions, and signs out.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Journey } from './journey.ts';

const createSession = `mutation ($input: CreateSessionInput!) {
  createSession(input: $input) { token session { id } account { email } }
}`;

export const signIn: Journey = (world) => {
  test('returns null for the account of a visitor without a session', async () => {
    expect(await world.data('{ me { id } }')).toEqual({ me: null });
  });

  test('signs in with the email in any letter case, and lists the session as the current one', async () => {
    const email = `Ada.${randomUUID()}@Example.com`;
    const password = 'correct horse battery';
    await world.data('mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id } }', {
      input: { email, password, name: 'Ada' },
    });
    const { createSession: created } = await world.data(createSession, {
      input: { email: email.toUpperCase(), password },
    });
    expect(created.account).toEqual({ email });
    const session = { token: created.token, accountId: '' };
    const { me } = await world.data('{ me { email roles sessions { id isCurrent } } }', {}, session);
    expect(me).toEqual({
      email,
      roles: ['CUSTOMER'],
      sessions: [{ id: created.session.id, isCurrent: true }],
    });
  });

  test('sends the same response for a wrong password and for an unknown email', async () => {
    const { accountId } = await world.customer();
    const [account] = await world.sql('accounts', 'SELECT email FROM accounts.account WHERE id = $1', [
      accountId,
    ]);
    const wrong = await world.graphql(createSession, {
      input: { email: account?.email, password: 'not the password' },
    });
    const unknown = await world.graphql(createSession, {
      input: { email: 'no@example.com', password: 'not the password' },
    });
    expect(wrong).toEqual(unknown);
    expect(wrong.errors?.[0]?.extensions).toEqual({ code: 'CREDENTIALS_WRONG' });
  });

  test('a revoked token opens nothing from then on, and its client can sign in although it still sends it', async () => {
    const session = await world.customer();
    const { me } = await world.data('{ me { sessions { id } } }', {}, session);
    await world.data('mutation ($id: ID!) { revokeSession(id: $id) }', { id: me.sessions[0].id }, session);
    const response = await world.graphql('{ me { id } }', {}, session);
    expect(response).toMatchObject({ status: 200, data: { me: null } });
    expect(response.errors?.map(({ path, extensions }) => [path, extensions])).toEqual([
      [['me'], { code: 'UNAUTHENTICATED' }],
    ]);
    const [account] = await world.sql('accounts', 'SELECT email FROM accounts.account WHERE id = $1', [
      session.accountId,
    ]);
    const input = { email: account?.email, password: 'correct horse battery' };
    const signedIn = await world.graphql(createSession, { input }, session);
    expect(signedIn.errors).toBeUndefined();
    expect(signedIn.extensions).toEqual({ session: 'EXPIRED' });
    const again = { ...session, token: signedIn.data?.createSession.token };
    expect((await world.data('{ me { id } }', {}, again)).me.id).toBe(session.accountId);
  });

  test('ends all other sessions when the password changes, and keeps the current one', async () => {
    const first = await world.customer();
    const [account] = await world.sql('accounts', 'SELECT email FROM accounts.account WHERE id = $1', [
      first.accountId,
    ]);
    const password = 'correct horse battery';
    const { createSession: second } = await world.data(createSession, {
      input: { email: account?.email, password },
    });
    const change = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { id } }';
    await world.data(
      change,
      { input: { currentPassword: password, newPassword: 'a whole new password' } },
      first,
    );
    expect((await world.data('{ me { id } }', {}, first)).me.id).toBe(first.accountId);
    expect(await world.refusal('{ me { id } }', {}, { ...first, token: second.token })).toBe(
      'UNAUTHENTICATED',
    );
  });
};

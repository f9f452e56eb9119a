import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { buildPeople, createSession, password } from './people.ts';

const accounts = subgraphTest('accounts');
const { newcomer, signIn, viewerBehind } = buildPeople(accounts);

const changePassword = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { id } }';
const newPassword = 'staple battery correct';

function change(currentPassword: string, to = newPassword) {
  return { input: { currentPassword, newPassword: to } };
}

test('sets the new password, keeps this session and ends all others', async () => {
  const ada = await newcomer();
  const others = [await signIn(ada.email), await signIn(ada.email)];
  const response = await accounts.data(changePassword, change(password), ada.viewer);
  expect(response).toEqual({ changePassword: { id: ada.id } });
  expect(await viewerBehind(ada.token)).toEqual(ada.viewer);
  for (const { token } of others) expect(await viewerBehind(token)).toBeNull();
});

test('refuses the old password afterwards, and takes the new one', async () => {
  const { viewer, email } = await newcomer();
  await accounts.data(changePassword, change(password), viewer);
  expect(await accounts.refusal(createSession, { input: { email, password } })).toBe('CREDENTIALS_WRONG');
  const { token } = await signIn(email, newPassword);
  expect(await viewerBehind(token)).not.toBeNull();
});

test('leaves everything as it was when the current password is wrong', async () => {
  const { viewer, email } = await newcomer();
  const other = await signIn(email);
  expect(await accounts.refusal(changePassword, change('wrong horse battery'), viewer)).toBe(
    'CREDENTIALS_WRONG',
  );
  expect(await viewerBehind(other.token)).not.toBeNull();
  await signIn(email, password);
});

test('refuses a new password that is too short or too long', async () => {
  const { viewer, email } = await newcomer();
  expect(await accounts.refusal(changePassword, change(password, 'eleven char'), viewer)).toBe(
    'PASSWORD_TOO_SHORT',
  );
  expect(await accounts.refusal(changePassword, change(password, 'x'.repeat(257)), viewer)).toBe(
    'PASSWORD_TOO_LONG',
  );
  await signIn(email, password);
});

test('accepts exactly one of two simultaneous changes', async () => {
  const ada = await newcomer();
  const there = await signIn(ada.email);
  const responses = await Promise.all([
    accounts.graphql(changePassword, change(password, 'the first new password'), ada.viewer),
    accounts.graphql(changePassword, change(password, 'the second new password'), there.viewer),
  ]);
  const codes = responses.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions?.code);
  expect(codes).toEqual(['CREDENTIALS_WRONG']);
  const firstWon = responses[0]?.errors === undefined;
  await signIn(ada.email, firstWon ? 'the first new password' : 'the second new password');
  expect(await viewerBehind((firstWon ? there : ada).token), 'the loser’s session ended').toBeNull();
  expect(await viewerBehind((firstWon ? ada : there).token)).not.toBeNull();
});

test('refuses an anonymous caller', async () => {
  expect(await accounts.refusal(changePassword, change(password), anonymous)).toBe('UNAUTHENTICATED');
});

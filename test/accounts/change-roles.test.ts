import { expect, test } from 'vitest';
import { anonymous } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, service, staff } from '../support/viewers.ts';
import { buildPeople } from './people.ts';

const accounts = subgraphTest('accounts');
const { newcomer, signUp, viewerBehind } = buildPeople(accounts);

const changeRoles = `mutation ($accountId: ID!, $roles: [Role!]!) {
  changeRoles(accountId: $accountId, roles: $roles) { id roles }
}`;

test('gives an account exactly these roles, from its next request on', async () => {
  const { id, token } = await newcomer();
  const response = await accounts.data(
    changeRoles,
    { accountId: id, roles: ['STAFF', 'CUSTOMER', 'STAFF'] },
    staff(),
  );
  expect(response).toEqual({ changeRoles: { id, roles: ['STAFF', 'CUSTOMER'] } });
  expect((await viewerBehind(token))?.roles).toEqual(['STAFF', 'CUSTOMER']);
  await accounts.data(changeRoles, { accountId: id, roles: [] }, staff());
  expect((await viewerBehind(token))?.roles).toEqual([]);
});

test('accepts the id in any letter case, as for every UUID', async () => {
  const { id } = await signUp();
  const variables = { accountId: id.toUpperCase(), roles: ['STAFF'] };
  expect(await accounts.data(changeRoles, variables, staff())).toEqual({
    changeRoles: { id, roles: ['STAFF'] },
  });
});

test('refuses customers, also for their own account, and asks anonymous callers to sign in', async () => {
  const { id, viewer, token } = await newcomer();
  const variables = { accountId: id, roles: ['STAFF'] };
  expect(await accounts.refusal(changeRoles, variables, viewer)).toBe('FORBIDDEN');
  expect(await accounts.refusal(changeRoles, variables, customer())).toBe('FORBIDDEN');
  expect(await accounts.refusal(changeRoles, variables, service('gateway'))).toBe('FORBIDDEN');
  expect(await accounts.refusal(changeRoles, variables, anonymous)).toBe('UNAUTHENTICATED');
  expect((await viewerBehind(token))?.roles).toEqual(['CUSTOMER']);
});

test.each(['', 'nonsense', newId()])('finds no account with the id %j', async (accountId) => {
  expect(await accounts.refusal(changeRoles, { accountId, roles: [] }, staff())).toBe('ACCOUNT_NOT_FOUND');
});

test('refuses a role that does not exist', async () => {
  const { id } = await signUp();
  expect(await accounts.refusal(changeRoles, { accountId: id, roles: ['ADMIN'] }, staff())).toBe(
    'BAD_USER_INPUT',
  );
});

import { expect, test } from 'vitest';
import { anonymous, type Viewer } from '../../platform/identity/viewer.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, service, staff } from '../support/viewers.ts';
import { buildPeople } from './people.ts';

const accounts = subgraphTest('accounts');
const { newcomer } = buildPeople(accounts);

const sessionByToken =
  'query ($token: String!) { sessionByToken(token: $token) { accountId sessionId roles } }';

test('returns the account and session of a token to the gateway, in one statement', async () => {
  const { id, token, sessionId } = await newcomer();
  const before = accounts.statements();
  expect(await accounts.data(sessionByToken, { token }, service('gateway'))).toEqual({
    sessionByToken: { accountId: id, sessionId, roles: ['CUSTOMER'] },
  });
  expect(accounts.statements() - before).toBe(1);
});

test('returns null for every text that is not the token of an open session', async () => {
  const { token } = await newcomer();
  const strangers = [
    '',
    ' ',
    `${token} `,
    token.slice(1),
    token.toLowerCase(),
    `${token}=`,
    '\u0000',
    'x'.repeat(10_000),
  ];
  for (const text of strangers) {
    expect(await accounts.data(sessionByToken, { token: text }, service('gateway')), text).toEqual({
      sessionByToken: null,
    });
  }
});

const others: [string, Viewer, string][] = [
  ['a stranger', anonymous, 'UNAUTHENTICATED'],
  ['a customer', customer(), 'FORBIDDEN'],
  ['staff', staff(), 'FORBIDDEN'],
  ['the service purchases', service('purchases'), 'FORBIDDEN'],
  ['a service named almost like the gateway', service('gateway2'), 'FORBIDDEN'],
  [
    'an account with a role named like the rule',
    { ...customer(), roles: ['service:gateway'] } as Viewer,
    'FORBIDDEN',
  ],
];

test.each(others)('refuses %s', async (_who, viewer, code) => {
  const { token } = await newcomer();
  const response = await accounts.graphql(sessionByToken, { token }, viewer);
  expect(response.data).toEqual({ sessionByToken: null });
  expect(response.errors?.map(({ extensions }) => extensions?.code)).toEqual([code]);
});

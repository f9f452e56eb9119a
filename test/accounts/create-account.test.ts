import { expect, test } from 'vitest';
import { subgraphTest } from '../support/subgraph.ts';
import { customer } from '../support/viewers.ts';

const accounts = subgraphTest('accounts');

const createAccount = `mutation ($input: CreateAccountInput!) {
  createAccount(input: $input) { id email name roles createdAt }
}`;

function person(email: string) {
  return { email, name: 'Ada Lovelace', password: 'correct horse battery' };
}

test('opens a customer account and returns it', async () => {
  const { createAccount: account } = await accounts.data(createAccount, { input: person('ada@example.com') });
  expect(account).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    roles: ['CUSTOMER'],
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
});

test('refuses a second account with the same email, in any letter case', async () => {
  await accounts.data(createAccount, { input: person('Grace@Example.com') });
  expect(await accounts.refusal(createAccount, { input: person('gRACE@eXAMPLE.COM') })).toBe('EMAIL_IN_USE');
});

test('accepts exactly one of eight simultaneous sign-ups with one email address', async () => {
  const responses = await Promise.all(
    Array.from({ length: 8 }, () => accounts.graphql(createAccount, { input: person('race@example.com') })),
  );
  expect(responses.filter(({ errors }) => errors === undefined)).toHaveLength(1);
  const codes = responses.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions?.code);
  expect(codes).toEqual(Array(7).fill('EMAIL_IN_USE'));
});

test.each([
  '',
  'ada',
  'ada@',
  '@example.com',
  'a b@example.com',
  '<ada@example.com>',
  'ada,eve@example.com',
  'ada(home)@example.com',
  '"ada"@example.com',
  'ada@-example.com',
  'ada@example-.com',
  'ada@example..com',
  'ada@example',
  `${'a'.repeat(250)}@example.com`,
])('refuses %j as an email address', async (email) => {
  expect(await accounts.refusal(createAccount, { input: person(email) })).toBe('EMAIL_INVALID');
});

test.each(['', '   ', 'x'.repeat(101)])('refuses %j as a name', async (name) => {
  expect(await accounts.refusal(createAccount, { input: { ...person('n@example.com'), name } })).toBe(
    'NAME_INVALID',
  );
});

test('names every part of the input that is wrong, with its path', async () => {
  const input = { email: 'ada', name: ' ', password: 'short' };
  const { errors } = await accounts.graphql(createAccount, { input });
  expect(errors).toEqual([expect.objectContaining({ path: ['createAccount'] })]);
  const problem = (part: string, code: string) => expect.objectContaining({ path: ['input', part], code });
  expect(errors?.[0]?.extensions).toEqual({
    code: 'EMAIL_INVALID',
    problems: [
      problem('email', 'EMAIL_INVALID'),
      problem('name', 'NAME_INVALID'),
      problem('password', 'PASSWORD_TOO_SHORT'),
    ],
  });
});

test('refuses passwords under 12 and over 256 characters, and counts an emoji as one character', async () => {
  const withPassword = (password: string) => ({ input: { ...person('p@example.com'), password } });
  expect(await accounts.refusal(createAccount, withPassword('eleven char'))).toBe('PASSWORD_TOO_SHORT');
  expect(await accounts.refusal(createAccount, withPassword('🔑'.repeat(11)))).toBe('PASSWORD_TOO_SHORT');
  expect(await accounts.refusal(createAccount, withPassword('x'.repeat(257)))).toBe('PASSWORD_TOO_LONG');
});

test('stores Argon2id with at least the parameters OWASP asks for, and never the password', async () => {
  const input = person('hash@example.com');
  await accounts.data(createAccount, { input });
  const [row] = await accounts.sql(`SELECT * FROM accounts.account WHERE email = 'hash@example.com'`);
  expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
  expect(JSON.stringify(row)).not.toContain(input.password);
});

test('shows an account to itself and to no other customer', async () => {
  const { createAccount: account } = await accounts.data(createAccount, { input: person('own@example.com') });
  const query = `query ($id: ID!) { _entities(representations: [{ __typename: "Account", id: $id }]) { ... on Account { email } } }`;
  const variables = { id: account.id };
  const own = await accounts.data(query, variables, customer(account.id));
  expect(own._entities).toEqual([{ email: 'own@example.com' }]);
  expect((await accounts.data(query, variables, customer()))._entities).toEqual([null]);
  expect((await accounts.data(query, variables))._entities).toEqual([null]);
});

test('refuses control characters, which the database could not even store', async () => {
  const input = person('nul@example.com');
  const email = { input: { ...input, email: 'nul\u0000@example.com' } };
  expect(await accounts.refusal(createAccount, email)).toBe('EMAIL_INVALID');
  expect(await accounts.refusal(createAccount, { input: { ...input, name: 'Ada\u0000' } })).toBe(
    'NAME_INVALID',
  );
});

test.each([
  ['zero-width space', '\u200b'],
  ['zero-width non-joiner', '\u200c'],
  ['byte order mark', '\ufeff'],
  ['soft hyphen', '\u00ad'],
  ['right-to-left override', '\u202e'],
  ['right-to-left isolate', '\u2067'],
  ['tag', '\u{e0061}'],
  ['Hangul filler', '\u3164'],
  ['variation selector', '\ufe0f'],
  ['line separator', '\u2028'],
  ['half of a surrogate pair', '\ud800'],
  ['noncharacter', '\ufdd0'],
  ['character for private use', '\ue000'],
  ['blank of Braille', '\u2800'],
  ['letter with six marks', `a${'\u0301\u0302\u0303'.repeat(2)}`],
])('refuses a %s in an email address and in a name', async (_what, character) => {
  const input = person('invisible@example.com');
  const email = `in${character}visible@example.com`;
  expect(await accounts.refusal(createAccount, { input: { ...input, email } })).toBe('EMAIL_INVALID');
  const name = `Ada${character} Lovelace`;
  expect(await accounts.refusal(createAccount, { input: { ...input, name } })).toBe('NAME_INVALID');
});

test('an ideographic space is a plain one in a name, and refused in an email address', async () => {
  const input = { ...person('ideographic@example.com'), name: '山田\u3000太郎' };
  const created = await accounts.data(
    'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { name } }',
    { input },
  );
  expect(created.createAccount).toEqual({ name: '山田 太郎' });
  const email = 'ideo\u3000graphic@example.com';
  expect(await accounts.refusal(createAccount, { input: { ...input, email } })).toBe('EMAIL_INVALID');
});

test('an email address in another Unicode form is the same address, or is refused', async () => {
  const input = person('zo\u00eb@example.com');
  const { createAccount: created } = await accounts.data(createAccount, { input });
  const decomposed = { ...input, email: 'zoe\u0308@example.com' };
  expect(await accounts.refusal(createAccount, { input: decomposed })).toBe('EMAIL_IN_USE');
  const wide = { ...input, email: '\uff5ao\u00eb@example.com' };
  expect(await accounts.refusal(createAccount, { input: wide })).toBe('EMAIL_INVALID');
  const signIn = `mutation ($input: CreateSessionInput!) { createSession(input: $input) { account { id } } }`;
  const { createSession } = await accounts.data(signIn, {
    input: { email: decomposed.email, password: input.password },
  });
  expect(createSession.account.id).toBe(created.id);
});

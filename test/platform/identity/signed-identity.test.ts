import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import { anonymous, expired, unknown, type Viewer } from '../../../platform/identity/viewer.ts';
import { asAccountId, asSessionId } from '../../../platform/values/ids.ts';

const keys = { gateway: newKeyPair(), purchases: newKeyPair(), stranger: newKeyPair() };
const trust = readTrust(`gateway=${keys.gateway.publicKey}, purchases=${keys.purchases.publicKey}`);
const verify = createVerifier('accounts', trust);
const sign = createSigner('gateway', readPrivateKey(keys.gateway.privateKey));

afterEach(() => {
  vi.useRealTimers();
});

const ada = {
  kind: 'account',
  accountId: asAccountId('a'),
  sessionId: asSessionId('s'),
  roles: ['CUSTOMER', 'STAFF'],
} satisfies Viewer;

/** A token that is valid except for the given options. */
function forge(
  options: {
    claims?: Record<string, unknown>;
    issuer?: string;
    audience?: string;
    expires?: string | number | null;
    notBefore?: number;
    issued?: string | null;
    key?: KeyObject | Uint8Array;
    alg?: string;
  } = {},
): Promise<string> {
  const {
    claims = { kind: 'anonymous' },
    issuer = 'gateway',
    audience = 'accounts',
    expires = '60 s',
    issued = '0 s',
  } = options;
  const token = new SignJWT(claims).setProtectedHeader({ alg: options.alg ?? 'EdDSA' });
  if (issued !== null) token.setIssuedAt(issued);
  token.setIssuer(issuer).setAudience(audience);
  if (expires !== null) token.setExpirationTime(expires);
  if (options.notBefore !== undefined) token.setNotBefore(options.notBefore);
  return token.sign(options.key ?? readPrivateKey(keys.gateway.privateKey));
}

test.each<[string, Viewer]>([
  ['an anonymous visitor', anonymous],
  ['an account with its session and roles', ada],
  ['a client whose session has ended', expired],
  ['a client whose session token could not be checked', unknown],
  ['the gateway itself', { kind: 'service', name: 'gateway' }],
])('carries %s from the gateway to a subgraph', async (_who, viewer) => {
  expect(await verify(await sign('accounts', viewer))).toEqual(viewer);
});

test('names a service after its key, and ignores the name that the service claims', async () => {
  const signAsPurchases = createSigner('purchases', readPrivateKey(keys.purchases.privateKey));
  const viewer = await verify(await signAsPurchases('accounts', { kind: 'service', name: 'gateway' }));
  expect(viewer).toEqual({ kind: 'service', name: 'purchases' });
});

test('accepts the token that is the base of the forgeries below', async () => {
  expect(await verify(await forge())).toEqual(anonymous);
});

const forgeries: Record<string, () => Promise<string>> = {
  'that has expired': () => forge({ expires: Math.floor(Date.now() / 1000) - 10 }),
  'that never expires': () => forge({ expires: null }),
  'that is valid for 301 seconds': () => forge({ expires: '301 s' }),
  'that was issued in the future': () => forge({ issued: '30 s' }),
  'that does not say when it was issued': () => forge({ issued: null }),
  'that is not valid yet': () => forge({ notBefore: Math.floor(Date.now() / 1000) + 60 }),
  'for another audience': () => forge({ audience: 'payments' }),
  'signed with a key that is not the issuer’s': () =>
    forge({ key: readPrivateKey(keys.purchases.privateKey) }),
  'from an issuer that is not trusted': () =>
    forge({ issuer: 'stranger', key: readPrivateKey(keys.stranger.privateKey) }),
  'from an issuer with the name of a property of Object.prototype': () => forge({ issuer: 'constructor' }),
  'of an account from a service that is not the gateway': () =>
    forge({
      issuer: 'purchases',
      key: readPrivateKey(keys.purchases.privateKey),
      claims: { kind: 'account', sub: 'a', sid: 's', roles: ['STAFF'] },
    }),
  'of an anonymous visitor from a service that is not the gateway': () =>
    forge({ issuer: 'purchases', key: readPrivateKey(keys.purchases.privateKey) }),
  'of no kind': () => forge({ claims: {} }),
  'of an unknown kind': () => forge({ claims: { kind: 'root' } }),
  'of an account without a session': () => forge({ claims: { kind: 'account', sub: 'a', roles: [] } }),
  'of an account with roles that are no list of texts': () =>
    forge({ claims: { kind: 'account', sub: 'a', sid: 's', roles: ['STAFF', 7] } }),
  'signed with the public key as a shared secret': () =>
    forge({ alg: 'HS256', key: Buffer.from(keys.gateway.publicKey, 'base64url') }),
};

test.each(Object.entries(forgeries))('refuses a token %s', async (_what, token) => {
  await expect(verify(await token())).rejects.toThrow();
});

test('refuses a token without a signature (alg none)', async () => {
  const [, payload] = (await forge()).split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  await expect(verify(`${header}.${payload}.`)).rejects.toThrow();
});

test('refuses a token whose payload was changed after signing', async () => {
  const [header, , signature] = (await sign('accounts', anonymous)).split('.');
  const claims = {
    iss: 'gateway',
    aud: 'accounts',
    exp: Math.floor(Date.now() / 1000) + 60,
    kind: 'service',
  };
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  await expect(verify(`${header}.${payload}.${signature}`)).rejects.toThrow();
});

test.each(['', '.', '..', 'a.b.c', 'x'.repeat(100_000), 'e30.bnVsbA.e30'])(
  'refuses a text that is no token: %.20s',
  async (text) => {
    await expect(verify(text)).rejects.toThrow();
  },
);

test('uses a token again for the same viewer and audience, and for no other', async () => {
  const token = await sign('accounts', ada);
  expect(await sign('accounts', { ...ada })).toBe(token);
  const others: [string, Viewer][] = [
    ['payments', ada],
    ['accounts', { ...ada, sessionId: asSessionId('another') }],
    ['accounts', { ...ada, accountId: asAccountId('another') }],
    ['accounts', { ...ada, roles: ['CUSTOMER'] }],
    ['accounts', { ...ada, roles: ['STAFF', 'CUSTOMER'] }],
    ['accounts', anonymous],
  ];
  const signed = await Promise.all(others.map(([audience, viewer]) => sign(audience, viewer)));
  expect(new Set([token, ...signed]).size).toBe(others.length + 1);
});

test('verifies a token once and then returns the same viewer, but not for a similar text', async () => {
  const requestedIssuers: string[] = [];
  const watched = new (class extends Map<string, readonly KeyObject[]> {
    override get(issuer: string) {
      requestedIssuers.push(issuer);
      return super.get(issuer);
    }
  })(trust);
  const verifyWatched = createVerifier('accounts', watched);
  const token = await sign('accounts', ada);
  const viewer = await verifyWatched(token);
  expect(viewer).toEqual(ada);
  expect(await verifyWatched(token)).toBe(viewer);
  expect(requestedIssuers).toEqual(['gateway']);
  expect(
    () => Object.assign(viewer, { kind: 'service' }),
    'requests share the viewer, so it must not change',
  ).toThrow();
  for (const other of [`${token}A`, token.slice(0, -1), token.replace('.', '..')])
    await expect(verifyWatched(other)).rejects.toThrow();
  await expect(createVerifier('payments', trust)(token), 'another audience must refuse it').rejects.toThrow();
});

test('refuses a token that it accepted before and that has expired since', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const token = await forge({ expires: Math.floor(Date.now() / 1000) + 60 });
  expect(await verify(token)).toEqual(anonymous);
  vi.setSystemTime(Date.now() + 59_000);
  expect(await verify(token)).toEqual(anonymous);
  // The verifier tolerates five seconds, because clocks differ.
  vi.setSystemTime(Date.now() + 6_500);
  await expect(verify(token)).rejects.toThrow('"exp" claim timestamp check failed');
});

test('accepts a token that is signed with any key of its issuer, and with no key of another issuer', async () => {
  const [next, removed] = [newKeyPair(), newKeyPair()];
  const both = `gateway=${next.publicKey},gateway=${keys.gateway.publicKey},purchases=${keys.purchases.publicKey}`;
  const verifyBoth = createVerifier('accounts', readTrust(both));
  const signWith = (privateKey: string) => forge({ key: readPrivateKey(privateKey) });
  for (const { privateKey } of [next, keys.gateway])
    expect(await verifyBoth(await signWith(privateKey))).toEqual(anonymous);
  for (const { privateKey } of [removed, keys.purchases])
    await expect(verifyBoth(await signWith(privateKey))).rejects.toThrow('signature verification failed');
  const late = forge({ audience: 'payments' });
  await expect(verifyBoth(await late), 'the reason is that of the key that fits').rejects.toThrow('"aud"');
});

test('a token that one verifier remembers is refused by the next one, whose list lacks the key', async () => {
  const token = await sign('accounts', ada);
  expect(await verify(token)).toEqual(ada);
  const restarted = createVerifier('accounts', readTrust(`gateway=${newKeyPair().publicKey}`));
  await expect(restarted(token)).rejects.toThrow('signature verification failed');
});

const own = keys.gateway.publicKey;
const six = Array.from({ length: 6 }, () => `gateway=${newKeyPair().publicKey}`).join();
test.each([
  [
    'no valid key',
    `gateway=${own},purchases=nonsense`,
    'the entry of "purchases" holds no Ed25519 public key',
  ],
  ['no key', `gateway=${own},purchases`, 'the entry of "purchases" holds no key'],
  ['an empty key', 'gateway=', 'the entry of "gateway" holds no key'],
  ['no name', `gateway=${own},=${own}`, 'entry 2 does not begin with the name of a service'],
  ['nothing at all', `gateway=${own},`, 'entry 2 does not begin with the name of a service'],
  ['the key of an earlier entry', `gateway=${own}, gateway=${own}`, 'the entry of "gateway" is there twice'],
  ['the key of another service', `gateway=${own}, purchases=${own}`, '"purchases" has the key of "gateway"'],
  ['a sixth key', six, '"gateway" has more than 5 keys'],
])('names the entry of the trust list that has %s', (_what, text, problem) => {
  expect(() => readTrust(text)).toThrow(problem);
});

test('a private key that stands in the trust list never appears in the error', () => {
  const { privateKey } = keys.gateway;
  for (const text of [privateKey, `gateway=${privateKey}`, `=${privateKey}`]) {
    let problem = '';
    try {
      readTrust(text);
    } catch (cause) {
      problem = String(cause);
    }
    expect(problem).toMatch(/entry/);
    expect(problem).not.toContain(privateKey.slice(0, 8));
  }
});

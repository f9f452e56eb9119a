// A subgraph over HTTP: what comes of an identity that is missing, made up, stolen or meant for somebody else. Every attack
// is one request to a real server over a real subgraph; all get the same answer, and nothing of them is read or run.
import { createHmac, type KeyObject } from 'node:crypto';
import { connect } from 'node:net';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { silent } from '../../support/silent-log.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { customer, service } from '../../support/viewers.ts';

const payments = subgraphTest('payments');
const keys = { gateway: newKeyPair(), purchases: newKeyPair(), search: newKeyPair(), stranger: newKeyPair() };
const getPrivateKey = (name: keyof typeof keys) => readPrivateKey(keys[name].privateKey);
/** Search is a service like any other, but nobody told payments about it. */
const trust = readTrust(`gateway=${keys.gateway.publicKey},purchases=${keys.purchases.publicKey}`);
const createSignerFor = (name: keyof typeof keys) => createSigner(name, getPrivateKey(name));
const nowInSeconds = () => Math.floor(Date.now() / 1000);

let server: Awaited<ReturnType<typeof serveSubgraph>> | undefined;
let executed = 0;
beforeAll(async () => {
  const subgraph = payments.opened();
  server = await serveSubgraph({
    subgraph: {
      ...subgraph,
      execute: (...call) => {
        executed += 1;
        return subgraph.execute(...call);
      },
    },
    host: '127.0.0.1',
    port: 0,
    verify: createVerifier('payments', trust),
    log: silent,
    timeoutMs: 10_000,
    drainMs: 0,
    isExplorable: false,
  });
});
afterAll(async () => {
  await server?.close();
});
const url = () => server?.url ?? '';

const refused = {
  errors: [{ message: 'A signed identity is required.', extensions: { code: 'UNAUTHENTICATED' } }],
};

function post(authorization: string | null, body = '{"query":"{ __typename }"}', type = 'application/json') {
  const headers = { 'content-type': type, ...(authorization === null ? {} : { authorization }) };
  return fetch(url(), { method: 'POST', headers, body });
}

interface Forgery {
  claims?: Record<string, unknown>;
  issuer?: string;
  audience?: string | string[];
  expires?: number | null;
  notBefore?: number;
  key?: KeyObject;
}

/** A token made by hand: right, but for what is given. */
function forge({ claims, issuer = 'gateway', audience = 'payments', expires, notBefore, key }: Forgery = {}) {
  const token = new SignJWT(claims ?? { kind: 'service' }).setProtectedHeader({ alg: 'EdDSA' }).setIssuedAt();
  token.setIssuer(issuer).setAudience(audience);
  if (expires !== null) token.setExpirationTime(expires ?? nowInSeconds() + 60);
  if (notBefore !== undefined) token.setNotBefore(notBefore);
  return token.sign(key ?? getPrivateKey('gateway'));
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const goodClaims = () => ({ kind: 'service', iss: 'gateway', aud: 'payments', exp: nowInSeconds() + 60 });

/** Signed with the public key, which everybody may know, as if it were a secret that both sides share. */
function forgeWithPublicKey(): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(goodClaims())}`;
  const key = Buffer.from(keys.gateway.publicKey, 'base64url');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

test('takes the token that is made by hand, and so tells each forgery below by what is wrong with it', async () => {
  const before = executed;
  expect((await post(`Bearer ${await forge()}`)).status).toBe(200);
  expect(executed - before).toBe(1);
});

const attacks: Record<string, () => Promise<string | null> | string | null> = {
  'no identity at all': () => null,
  'an identity that has expired': async () => `Bearer ${await forge({ expires: nowInSeconds() - 10 })}`,
  'an identity that never expires': async () => `Bearer ${await forge({ expires: null })}`,
  'an identity that is not valid yet': async () =>
    `Bearer ${await forge({ notBefore: nowInSeconds() + 60 })}`,
  'a good identity that is for another subgraph': async () =>
    `Bearer ${await createSignerFor('gateway')('accounts', service('gateway'))}`,
  'an identity for several other subgraphs': async () =>
    `Bearer ${await forge({ audience: ['accounts', 'products', 'payments.example'] })}`,
  'an identity that says it needs no signature (alg none)': () =>
    `Bearer ${encode({ alg: 'none' })}.${encode(goodClaims())}.`,
  'an identity signed with the public key as a shared secret (HS256)': () => `Bearer ${forgeWithPublicKey()}`,
  'an identity signed with a key of their own': async () =>
    `Bearer ${await forge({ key: getPrivateKey('stranger') })}`,
  'an identity from an issuer that nobody knows': async () =>
    `Bearer ${await forge({ issuer: 'stranger', key: getPrivateKey('stranger') })}`,
  'the good identity of a service that payments was not told of': async () =>
    `Bearer ${await createSignerFor('search')('payments', service('search'))}`,
  'an issuer named like something every object has': async () =>
    `Bearer ${await forge({ issuer: '__proto__' })}`,
  'an account, in the words of a service that may only speak for itself': async () => {
    const claims = { kind: 'account', sub: 'a', sid: 's', roles: ['STAFF'] };
    return `Bearer ${await forge({ issuer: 'purchases', key: getPrivateKey('purchases'), claims })}`;
  },
  'a good identity whose claims were changed': async () => {
    const [header, , signature] = (await createSignerFor('gateway')('payments', anonymous)).split('.');
    return `Bearer ${header}.${encode(goodClaims())}.${signature}`;
  },
  'a good identity as a cookie would be sent, with a word before it': async () => `Token ${await forge()}`,
  'a name and a password': () => `Basic ${Buffer.from('gateway:gateway').toString('base64')}`,
  garbage: () => 'Bearer \u00ff\u00fe.%%%.;drop table payment',
  'a name of 12,000 letters': () => `Bearer ${'x'.repeat(12_000)}`,
};

test.each(Object.entries(attacks))('refuses %s, and runs nothing', async (_what, authorization) => {
  const before = executed;
  const response = await post(await authorization());
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual(refused);
  expect(executed - before).toBe(0);
});

test('a good identity in another header, the query string or a cookie is none', async () => {
  const token = await forge();
  const headers = {
    'content-type': 'application/json',
    'x-authorization': `Bearer ${token}`,
    'proxy-authorization': `Bearer ${token}`,
    cookie: `authorization=Bearer ${token}`,
    'x-service': 'gateway',
    'x-user-id': '1',
  };
  const body = '{"query":"{ __typename }"}';
  const response = await fetch(`${url()}?authorization=Bearer%20${token}`, { method: 'POST', headers, body });
  expect(response.status).toBe(401);
});

test.each([
  ['broken JSON', '{{{{', 'application/json'],
  ['a body of zeros', '\0'.repeat(4096), 'application/octet-stream'],
  [
    'a form with a file',
    '--x\r\ncontent-disposition: form-data; name=operations\r\n\r\n{}\r\n--x--',
    'multipart/form-data; boundary=x',
  ],
  ['a bomb of brackets', '['.repeat(200_000), 'application/json'],
])('answers %s without an identity as it answers everything without one', async (_what, body, type) => {
  const response = await post(null, body, type);
  expect([response.status, await response.json()]).toEqual([401, refused]);
});

test('never reads the 100 MB that come without an identity: it answers and hangs up', async () => {
  const size = 100 * 1024 * 1024;
  const { hostname, port } = new URL(url());
  const socket = connect(Number(port), hostname);
  let response = '';
  socket.on('data', (chunk) => {
    response += chunk;
  });
  // Whoever is hung up on in the middle of sending is told so.
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${size}\r\n\r\n`,
  );
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let sent = 0;
  const send = () => {
    while (sent < size && socket.writable) {
      sent += chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', send);
        return;
      }
    }
  };
  send();
  await closed;
  expect(response).toMatch(/^HTTP\/1\.1 401 /);
  // What kernels on both sides had buffered was taken off our hands; the rest never left.
  expect(sent).toBeLessThan(size / 2);
});

test('has nothing else to ask without an identity than whether it is alive and ready, which name no address', async () => {
  const { origin } = new URL(url());
  const paths = [
    '/',
    '/graphql',
    '/graphql/',
    '/Graphql',
    '/graphiql',
    '/.well-known/apollo',
    '/metrics',
    '/..%2fgraphql',
  ];
  for (const path of paths) expect((await fetch(origin + path)).status, path).toBe(404);
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD']) {
    expect((await fetch(url(), { method })).status, method).toBe(404);
  }
  for (const path of ['/health/live', '/health/ready']) {
    const response = await fetch(origin + path);
    expect(response.status).toBe(200);
    expect(await response.text()).not.toMatch(/postgres|127\.0\.0\.1|password|:\d{4}/);
  }
});

test('a stolen identity of a client opens no field for services, nor does that of the wrong service', async () => {
  const capture = 'mutation { capturePayment(purchaseId: "x") { id } }';
  const codeFor = async (token: string) => {
    const response = await post(`Bearer ${token}`, JSON.stringify({ query: capture }));
    const { errors } = (await response.json()) as { errors: [{ extensions: { code: string } }] };
    return errors[0].extensions.code;
  };
  const sign = createSignerFor('gateway');
  expect(await codeFor(await sign('payments', anonymous))).toBe('UNAUTHENTICATED');
  expect(await codeFor(await sign('payments', { ...customer(), roles: ['STAFF'] } as never))).toBe(
    'FORBIDDEN',
  );
  expect(await codeFor(await sign('payments', service('purchases'))), 'the gateway is the gateway').toBe(
    'FORBIDDEN',
  );
  const own = await createSignerFor('purchases')('payments', service('purchases'));
  expect(await codeFor(own), 'let in, and told that there is no such purchase').toBe('PAYMENT_NOT_FOUND');
});

test('an identity is good for a minute: what was overheard is worth nothing afterwards', async () => {
  const token = await createSignerFor('gateway')('payments', service('gateway'));
  const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(exp - iat).toBeLessThanOrEqual(60);
});

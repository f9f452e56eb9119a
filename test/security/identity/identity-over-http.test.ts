// A subgraph over HTTP refuses identities that are missing, forged, stolen or signed for another subgraph. Every attack is one
// request to a real server with a real subgraph. All get the same response, and the subgraph executes none of them.
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
/** Payments does not trust search, although search is a service like the others. */
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

/** Builds a token that is valid except for the given parts. */
function forge({ claims, issuer = 'gateway', audience = 'payments', expires, notBefore, key }: Forgery = {}) {
  const token = new SignJWT(claims ?? { kind: 'service' }).setProtectedHeader({ alg: 'EdDSA' }).setIssuedAt();
  token.setIssuer(issuer).setAudience(audience);
  if (expires !== null) token.setExpirationTime(expires ?? nowInSeconds() + 60);
  if (notBefore !== undefined) token.setNotBefore(notBefore);
  return token.sign(key ?? getPrivateKey('gateway'));
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const goodClaims = () => ({ kind: 'service', iss: 'gateway', aud: 'payments', exp: nowInSeconds() + 60 });

/** Signs a token with the public key as if it were a shared secret. */
function forgeWithPublicKey(): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(goodClaims())}`;
  const key = Buffer.from(keys.gateway.publicKey, 'base64url');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

test('accepts the token of forge() without changes, so that each forgery below fails for its own reason', async () => {
  const before = executed;
  expect((await post(`Bearer ${await forge()}`)).status).toBe(200);
  expect(executed - before).toBe(1);
});

const attacks: Record<string, () => Promise<string | null> | string | null> = {
  'no identity at all': () => null,
  'an identity that has expired': async () => `Bearer ${await forge({ expires: nowInSeconds() - 10 })}`,
  'an identity that never expires': async () => `Bearer ${await forge({ expires: null })}`,
  'an identity that is valid for ten years': async () =>
    `Bearer ${await forge({ expires: nowInSeconds() + 10 * 365 * 86_400 })}`,
  'an identity that is not valid yet': async () =>
    `Bearer ${await forge({ notBefore: nowInSeconds() + 60 })}`,
  'a valid identity for another subgraph': async () =>
    `Bearer ${await createSignerFor('gateway')('accounts', service('gateway'))}`,
  'an identity for several other subgraphs': async () =>
    `Bearer ${await forge({ audience: ['accounts', 'products', 'payments.example'] })}`,
  'an identity that claims to need no signature (alg none)': () =>
    `Bearer ${encode({ alg: 'none' })}.${encode(goodClaims())}.`,
  'an identity signed with the public key as a shared secret (HS256)': () => `Bearer ${forgeWithPublicKey()}`,
  'an identity signed with an attacker’s key': async () =>
    `Bearer ${await forge({ key: getPrivateKey('stranger') })}`,
  'an identity from an unknown issuer': async () =>
    `Bearer ${await forge({ issuer: 'stranger', key: getPrivateKey('stranger') })}`,
  'a valid identity of a service that payments does not trust': async () =>
    `Bearer ${await createSignerFor('search')('payments', service('search'))}`,
  'an issuer with the name of a property of every object': async () =>
    `Bearer ${await forge({ issuer: '__proto__' })}`,
  'an account identity from a service that may only sign for itself': async () => {
    const claims = { kind: 'account', sub: 'a', sid: 's', roles: ['STAFF'] };
    return `Bearer ${await forge({ issuer: 'purchases', key: getPrivateKey('purchases'), claims })}`;
  },
  'a valid identity with changed claims': async () => {
    const [header, , signature] = (await createSignerFor('gateway')('payments', anonymous)).split('.');
    return `Bearer ${header}.${encode(goodClaims())}.${signature}`;
  },
  'a valid identity under another scheme': async () => `Token ${await forge()}`,
  'a name and a password': () => `Basic ${Buffer.from('gateway:gateway').toString('base64')}`,
  garbage: () => 'Bearer \u00ff\u00fe.%%%.;drop table payment',
  'a name of 12,000 letters': () => `Bearer ${'x'.repeat(12_000)}`,
};

test.each(Object.entries(attacks))('refuses %s, and executes nothing', async (_what, authorization) => {
  const before = executed;
  const response = await post(await authorization());
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual(refused);
  expect(executed - before).toBe(0);
});

test('ignores a valid identity in another header, the query string or a cookie', async () => {
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
])('refuses %s without an identity like every request without one', async (_what, body, type) => {
  const response = await post(null, body, type);
  expect([response.status, await response.json()]).toEqual([401, refused]);
});

test('refuses a body of 100 MB without an identity, and closes the connection without reading it', async () => {
  const size = 100 * 1024 * 1024;
  const { hostname, port } = new URL(url());
  const socket = connect(Number(port), hostname);
  let response = '';
  socket.on('data', (chunk) => {
    response += chunk;
  });
  // The socket reports an error when the server closes it while the client sends.
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
  // The kernels on both sides buffered some of the bytes; the client sent no more.
  expect(sent).toBeLessThan(size / 2);
});

test('serves only liveness and readiness without an identity, and these name no address', async () => {
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

test('a client’s identity, or that of another service, gives no access to fields for services', async () => {
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
  expect(
    await codeFor(await sign('payments', service('purchases'))),
    'the gateway signs for another service',
  ).toBe('FORBIDDEN');
  const own = await createSignerFor('purchases')('payments', service('purchases'));
  expect(await codeFor(own), 'the field resolves, and finds no payment').toBe('PAYMENT_NOT_FOUND');
});

test('an identity expires after at most a minute, so that a stolen one soon becomes useless', async () => {
  const token = await createSignerFor('gateway')('payments', service('gateway'));
  const { iat, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(exp - iat).toBeLessThanOrEqual(60);
});

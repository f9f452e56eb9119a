// Carries the viewer from one process to another: a short-lived JWT (RFC 7519), signed with Ed25519, for one audience.
// The issuer is a service, and its key proves that. Only the gateway may act for an account; any other issuer acts for itself.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { asAccountId, asSessionId } from '../values/ids.ts';
import { anonymous, expired, unknown, type Viewer } from './viewer.ts';

/** How long a token is valid, and the share of that time in which the signer uses it again. */
const tokenLifetimeSeconds = 60;
const reusableShare = 2 / 3;

/**
 * The greatest lifetime that a verifier accepts by default, and the tolerated difference between two clocks. A service whose key leaks could
 * otherwise issue tokens that outlive the change of its key.
 */
const maxTokenLifetimeSeconds = 300;
const clockToleranceSeconds = 5;

export type Sign = (audience: string, viewer: Viewer) => Promise<string>;
export type Verify = (token: string) => Promise<Viewer>;

/** The public keys of each trusted service. It has several while one replaces another: docs/rotation.md. */
export type Trust = ReadonlyMap<string, readonly KeyObject[]>;

/** Maximum number of keys of one service. A token that is signed with none of them costs as many verifications. */
const maxKeysOfService = 5;

/** Signs in the name of `service`. A token is used again for the same viewer and audience during a part of its lifetime. */
export function createSigner(
  service: string,
  privateKey: KeyObject,
  lifetimeSeconds = tokenLifetimeSeconds,
): Sign {
  const tokens = new LRUCache<string, string>({ max: 10_000, ttl: lifetimeSeconds * reusableShare * 1000 });
  return async (audience, viewer) => {
    const claims = buildClaims(viewer);
    const key = JSON.stringify([audience, claims]);
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer(service)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds} s`)
      .sign(privateKey);
    tokens.set(key, token);
    return token;
  };
}

/** How many verified tokens are remembered. Only trusted services can create a valid token, and each is valid for minutes at most. */
const maxVerifiedTokens = 10_000;

/**
 * Verifies tokens for `audience`. Rejects a token with an invalid issuer, signature, algorithm, audience, time or claim, and one
 * whose lifetime (from `iat` to `exp`) is unknown or longer than `maxLifetimeSeconds`. A valid token is verified once until it expires; an
 * invalid token is verified each time. The keys of a verifier never change, so that no remembered token outlives the trust in its key.
 */
export function createVerifier(
  audience: string,
  trust: Trust,
  maxLifetimeSeconds = maxTokenLifetimeSeconds,
): Verify {
  const options: JWTVerifyOptions = {
    algorithms: ['EdDSA', 'Ed25519'],
    audience,
    requiredClaims: ['iss', 'exp', 'kind'],
    // Requires "iat" too, and rejects a token from the future.
    maxTokenAge: maxLifetimeSeconds,
    clockTolerance: clockToleranceSeconds,
  };
  const verified = new LRUCache<string, { viewer: Viewer; expiresAt: number }>({ max: maxVerifiedTokens });
  return async (token) => {
    const entry = verified.get(token);
    if (entry !== undefined && Date.now() < entry.expiresAt) return entry.viewer;
    const payload = await verifyWithAny(token, trust.get(readIssuer(token)) ?? [], options);
    if (Number(payload.exp) - Number(payload.iat) > maxLifetimeSeconds)
      throw new Error(`the token is valid for more than ${maxLifetimeSeconds} s`);
    const viewer = parseViewer(payload);
    verified.set(token, { viewer, expiresAt: Number(payload.exp) * 1000 });
    return viewer;
  };
}

/** True for the failure of a token that a trusted service has signed for another audience. */
export function isForAnotherAudience(failure: unknown): boolean {
  return failure instanceof errors.JWTClaimValidationFailed && failure.claim === 'aud';
}

/** The issuer that the token names. Nothing has verified the name yet: it only chooses the keys. */
function readIssuer(token: string): string {
  const [, claims = ''] = token.split('.', 3);
  const issuer = JSON.parse(Buffer.from(claims, 'base64url').toString())?.iss;
  return typeof issuer === 'string' ? issuer : '';
}

/** The claims of a token that one of the keys has signed. */
async function verifyWithAny(
  token: string,
  keys: readonly KeyObject[],
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  let failure = new Error('the token comes from a service that is not trusted');
  for (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (cause) {
      // Every other failure is one of the token, whichever key has signed it.
      if (!(cause instanceof errors.JWSSignatureVerificationFailed)) throw cause;
      failure = cause;
    }
  }
  throw failure;
}

function buildClaims(viewer: Viewer): Record<string, unknown> {
  if (viewer.kind !== 'account') return { kind: viewer.kind };
  return { kind: 'account', sub: viewer.accountId, sid: viewer.sessionId, roles: viewer.roles };
}

function parseViewer(claims: Readonly<Record<string, unknown>>): Viewer {
  // Frozen, because all requests with the same token share the object.
  if (claims.kind === 'service') return Object.freeze({ kind: 'service', name: String(claims.iss) });
  if (claims.iss !== 'gateway') throw new Error('only the gateway may act for other viewers');
  if (claims.kind === 'anonymous') return anonymous;
  if (claims.kind === 'expired') return expired;
  if (claims.kind === 'unknown') return unknown;
  const { sub, sid, roles } = claims;
  if (
    claims.kind !== 'account' ||
    typeof sub !== 'string' ||
    typeof sid !== 'string' ||
    !isStringList(roles)
  ) {
    throw new Error('the token names no viewer');
  }
  // The gateway signed these ids, and got them from accounts.
  const ids = { accountId: asAccountId(sub), sessionId: asSessionId(sid) };
  return Object.freeze({ kind: 'account', ...ids, roles: Object.freeze(roles) });
}

function isStringList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/** Creates a key pair in the form of the environment variables: IDENTITY_KEY, and the key of an entry in IDENTITY_TRUST. */
export function newKeyPair(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
  };
}

/** Reads IDENTITY_KEY. Throws for text that is no Ed25519 private key. */
export function readPrivateKey(text: string): KeyObject {
  return requireEd25519(
    createPrivateKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'pkcs8' }),
  );
}

/**
 * Reads IDENTITY_TRUST: `gateway=<public key>,purchases=<public key>`. A service may have several entries, each with another key.
 * Throws an error that names the invalid entry, and that never contains a key.
 */
export function readTrust(text: string): Map<string, readonly KeyObject[]> {
  const trust = new Map<string, readonly KeyObject[]>();
  for (const [index, entry] of text.split(',').entries()) {
    const [service = '', key = ''] = entry.trim().split('=', 2);
    // Text that is no name may be a key, and perhaps a private one.
    if (!serviceName.test(service))
      throw new Error(`entry ${index + 1} does not begin with the name of a service and "="`);
    const publicKey = readPublicKey(service, key);
    const keys = trust.get(service) ?? [];
    if (keys.some((known) => known.equals(publicKey)))
      throw new Error(`the entry of "${service}" is there twice, with the same key`);
    const other = [...trust].find(([, known]) => known.some((one) => one.equals(publicKey)));
    if (other !== undefined)
      throw new Error(`"${service}" has the key of "${other[0]}", so that each could act as the other`);
    if (keys.length === maxKeysOfService)
      throw new Error(`"${service}" has more than ${maxKeysOfService} keys`);
    trust.set(service, [...keys, publicKey]);
  }
  return trust;
}

/** Writes IDENTITY_TRUST, as readTrust reads it. */
export function formatTrust(keys: Iterable<readonly [service: string, key: { publicKey: string }]>): string {
  return Array.from(keys, ([service, { publicKey }]) => `${service}=${publicKey}`).join(',');
}

/** As in supergraph.yaml. */
export const serviceName = /^[a-z][a-z0-9_]*$/;

function readPublicKey(service: string, text: string): KeyObject {
  if (text === '') throw new Error(`the entry of "${service}" holds no key`);
  try {
    const der = Buffer.from(text, 'base64url');
    return requireEd25519(createPublicKey({ key: der, format: 'der', type: 'spki' }));
  } catch (cause) {
    throw new Error(`the entry of "${service}" holds no Ed25519 public key`, { cause });
  }
}

/** Checked at start, because a key of another kind would fail only with the first token. */
function requireEd25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`the key is of kind ${key.asymmetricKeyType}, not Ed25519`);
  return key;
}

import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { deriveDevelopmentKey } from '../../../platform/identity/development-key.ts';
import { readSigner, readVerifier } from '../../../platform/identity/identity-keys.ts';
import { newKeyPair } from '../../../platform/identity/signed-identity.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { EnvironmentError } from '../../../platform/process/variables.ts';

const { privateKey, publicKey } = newKeyPair();
const ellipticCurve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const wrongKind = {
  private: ellipticCurve.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
  public: ellipticCurve.publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
};

function environment(source: Record<string, string>) {
  return readEnvironment(source);
}

test('signs with IDENTITY_KEY, and a process with the public key in IDENTITY_TRUST accepts the token', async () => {
  const sign = readSigner(environment({ NODE_ENV: 'production', IDENTITY_KEY: privateKey }), 'purchases');
  const trusted = `gateway=${newKeyPair().publicKey},purchases=${publicKey}`;
  const trusting = environment({ NODE_ENV: 'production', IDENTITY_TRUST: trusted });
  const token = await sign('products', { kind: 'service', name: 'purchases' });
  expect(await readVerifier(trusting, 'products')(token)).toEqual({ kind: 'service', name: 'purchases' });
});

test.each([
  ['missing', {}],
  ['nonsense', { IDENTITY_KEY: 'nonsense' }],
  ['a public key', { IDENTITY_KEY: publicKey }],
  ['a key of another kind', { IDENTITY_KEY: wrongKind.private }],
])(
  'names IDENTITY_KEY and the command that makes a key when the variable is %s',
  (_what, source: Record<string, string>) => {
    expect(() => readSigner(environment(source), 'gateway')).toThrow(EnvironmentError);
    expect(() => readSigner(environment(source), 'gateway')).toThrow(
      /IDENTITY_KEY: is .*; make a new one with: npm run keys/,
    );
  },
);

test.each([
  ['missing', {}],
  ['nonsense', { IDENTITY_TRUST: 'nonsense' }],
  ['half nonsense', { IDENTITY_TRUST: `gateway=${publicKey},purchases=` }],
  ['a key of another kind', { IDENTITY_TRUST: `gateway=${wrongKind.public}` }],
  ['without a key of the gateway', { IDENTITY_TRUST: `purchases=${publicKey}` }],
  ['a private key', { IDENTITY_TRUST: `gateway=${privateKey}` }],
])(
  'names IDENTITY_TRUST and the command that makes a key when the variable is %s',
  (_what, source: Record<string, string>) => {
    expect(() => readVerifier(environment(source), 'accounts')).toThrow(EnvironmentError);
    expect(() => readVerifier(environment(source), 'accounts')).toThrow(
      /IDENTITY_TRUST: .*; make a new one with: npm run keys/,
    );
  },
);

test('does not show the key in the error', () => {
  const source = { IDENTITY_KEY: `${privateKey.slice(0, -4)}` };
  try {
    readSigner(environment(source), 'gateway');
  } catch (cause) {
    expect(String(cause)).not.toContain(privateKey.slice(0, 20));
    return;
  }
  throw new Error('expected a refusal');
});

test.each(['gateway', 'purchases', 'a_new_subgraph'])(
  'refuses the development keys of %s in production only, whoever holds them',
  (service) => {
    const { privateKey: known, publicKey } = deriveDevelopmentKey(service);
    const others = service === 'gateway' ? '' : `gateway=${newKeyPair().publicKey},`;
    const source = { IDENTITY_TRUST: `${others}${service}=${publicKey}`, IDENTITY_KEY: known };
    expect(() => readVerifier(environment(source), 'accounts')).not.toThrow();
    expect(() => readSigner(environment(source), service)).not.toThrow();
    const production = environment({ ...source, NODE_ENV: 'production' });
    expect(() => readVerifier(production, 'accounts')).toThrow(
      `IDENTITY_TRUST: the key of "${service}" is the development key`,
    );
    for (const holder of [service, 'accounts'])
      expect(() => readSigner(production, holder)).toThrow('IDENTITY_KEY: is the development key');
  },
);

test('refuses in production the keys that earlier versions published', () => {
  const published = 'MCowBQYDK2VwAyEAMk29jl_mMW_szJkjAC5P2BvpU6q8DNk45dtr87Wsefo';
  const source = {
    IDENTITY_TRUST: `gateway=${newKeyPair().publicKey},anybody=${published}`,
    NODE_ENV: 'production',
  };
  expect(() => readVerifier(environment(source), 'accounts')).toThrow('the key of "anybody"');
});

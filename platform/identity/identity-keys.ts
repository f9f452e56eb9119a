// Reads the identity of this process from the environment: the key with which it signs, and the keys of the services it trusts.
// Only calls between processes need it; calls within one process are not signed.

import type { Environment } from '../process/environment.ts';
import { EnvironmentError } from '../process/variables.ts';
import { isDevelopmentKey } from './development-key.ts';
import {
  createSigner,
  createVerifier,
  readPrivateKey,
  readTrust,
  type Sign,
  type Verify,
} from './signed-identity.ts';

const remedy = 'make a new one with: npm run keys';

/** Signs in the name of `service` with IDENTITY_KEY. Throws EnvironmentError when the key is missing, invalid or public. */
export function readSigner(environment: Environment, service: string): Sign {
  const key = readKey(environment.IDENTITY_KEY);
  if (environment.NODE_ENV === 'production' && isDevelopmentKey(key, listServices(environment, service))) {
    throw new EnvironmentError([`IDENTITY_KEY: is the development key, which is public; ${remedy}`]);
  }
  return createSigner(service, key);
}

/** Verifies tokens for `audience` with IDENTITY_TRUST. Throws EnvironmentError when the list is missing, invalid or public. */
export function readVerifier(environment: Environment, audience: string): Verify {
  const { IDENTITY_TRUST } = environment;
  if (IDENTITY_TRUST === undefined) throw new EnvironmentError([`IDENTITY_TRUST: is missing; ${remedy}`]);
  try {
    const trust = readTrust(IDENTITY_TRUST);
    if (!trust.has('gateway'))
      throw new Error('has no key of "gateway", from which the operations of all clients come');
    const services = listServices(environment, audience);
    const developmentEntry =
      environment.NODE_ENV === 'production'
        ? [...trust].find(([, keys]) => keys.some((key) => isDevelopmentKey(key, services)))
        : undefined;
    if (developmentEntry !== undefined)
      throw new Error(`the key of "${developmentEntry[0]}" is the development key, which is public`);
    return createVerifier(audience, trust);
  } catch (cause) {
    throw new EnvironmentError([
      `IDENTITY_TRUST: ${cause instanceof Error ? cause.message : cause}; ${remedy}`,
    ]);
  }
}

/** The services whose development keys this process may have been given: its own, and those that it trusts. */
function listServices({ IDENTITY_TRUST = '' }: Environment, service: string): string[] {
  const trusted = IDENTITY_TRUST.split(',').map((entry) => entry.split('=', 1)[0]?.trim() ?? '');
  return [...new Set(['gateway', service, ...trusted])];
}

function readKey(text: string | undefined) {
  if (text === undefined) throw new EnvironmentError([`IDENTITY_KEY: is missing; ${remedy}`]);
  try {
    return readPrivateKey(text);
  } catch {
    throw new EnvironmentError([`IDENTITY_KEY: is no Ed25519 private key; ${remedy}`]);
  }
}

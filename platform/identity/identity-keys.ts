// The identity of this process, from the environment: the key it signs with, and the keys of those it believes.
// Only processes need it. In one process, everything is called in memory and nothing is signed.

import type { Environment } from '../process/environment.ts';
import { EnvironmentError } from '../process/variables.ts';
import {
  createSigner,
  createVerifier,
  isDevelopmentKey,
  readPrivateKey,
  readTrust,
  type Sign,
  type Verify,
} from './signed-identity.ts';

const remedy = 'make a new one with: npm run keys';

/** Signs in the name of `service` with IDENTITY_KEY. Throws EnvironmentError when it is missing, broken or known to all. */
export function readSigner(environment: Environment, service: string): Sign {
  const key = readKey(environment.IDENTITY_KEY);
  if (environment.NODE_ENV === 'production' && isDevelopmentKey(key)) {
    throw new EnvironmentError([`IDENTITY_KEY: is the development key, which everybody knows; ${remedy}`]);
  }
  return createSigner(service, key);
}

/** Verifies tokens meant for `audience` with IDENTITY_TRUST. Throws EnvironmentError. */
export function readVerifier(environment: Environment, audience: string): Verify {
  const { IDENTITY_TRUST } = environment;
  if (IDENTITY_TRUST === undefined) throw new EnvironmentError([`IDENTITY_TRUST: is missing; ${remedy}`]);
  try {
    const trust = readTrust(IDENTITY_TRUST);
    const developmentEntry =
      environment.NODE_ENV === 'production' ? [...trust].find(([, key]) => isDevelopmentKey(key)) : undefined;
    if (developmentEntry !== undefined)
      throw new Error(`the key of "${developmentEntry[0]}" is the development key, which everybody knows`);
    return createVerifier(audience, trust);
  } catch (cause) {
    throw new EnvironmentError([
      `IDENTITY_TRUST: ${cause instanceof Error ? cause.message : cause}; ${remedy}`,
    ]);
  }
}

function readKey(text: string | undefined) {
  if (text === undefined) throw new EnvironmentError([`IDENTITY_KEY: is missing; ${remedy}`]);
  try {
    return readPrivateKey(text);
  } catch {
    throw new EnvironmentError([`IDENTITY_KEY: is no Ed25519 private key; ${remedy}`]);
  }
}

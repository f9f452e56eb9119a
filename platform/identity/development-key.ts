// The key pairs of development: each follows from the name of its service, so that a new service has one. Everybody can compute
// them, so they protect nothing, and production refuses them.
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** The first bytes of an Ed25519 private key in the form of PKCS #8 (RFC 8410). The 32 bytes of the key follow. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Pairs that earlier versions of docker-compose.yml and .env.example published. */
const publishedPublicKeys: readonly string[] = [
  'MCowBQYDK2VwAyEAMk29jl_mMW_szJkjAC5P2BvpU6q8DNk45dtr87Wsefo',
  'MCowBQYDK2VwAyEAw0Q8jp8sQUuyL0sQdUsGzkKTYmhSaxfMF64t38U68Rk',
  'MCowBQYDK2VwAyEAJ5ZeDW8OeWZqBtp5BhwMB9LoG39D0WQO6AhRU2mf4VE',
];

/** The pair of a service, in the form of the environment variables: see newKeyPair in signed-identity.ts. */
export function deriveDevelopmentKey(service: string): { privateKey: string; publicKey: string } {
  const seed = createHash('sha256').update(`Tributary, the development key of ${service}`).digest();
  const der = Buffer.concat([pkcs8Prefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { privateKey: der.toString('base64url'), publicKey: formatPublicKey(createPublicKey(privateKey)) };
}

/** True for a key, private or public, of one of these services in development, and for one that was published earlier. */
export function isDevelopmentKey(key: KeyObject, services: readonly string[]): boolean {
  const publicKey = formatPublicKey(key.type === 'private' ? createPublicKey(key) : key);
  return (
    publishedPublicKeys.includes(publicKey) ||
    services.some((service) => deriveDevelopmentKey(service).publicKey === publicKey)
  );
}

function formatPublicKey(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).toString('base64url');
}

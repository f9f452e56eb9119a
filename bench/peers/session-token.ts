// How the accounts database stores a session token, for the peers that find the account of a session themselves.
import { createHash } from 'node:crypto';

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

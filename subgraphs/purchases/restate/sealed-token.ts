// A payment token on its way through another system's storage: sealed with AES-256-GCM, so that only an instance of
// purchases can use it, and for one purchase only.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { PurchaseId } from '../../../platform/values/ids.ts';

export interface TokenSeal {
  seal: (purchaseId: PurchaseId, token: string) => string;
  /** Null when it was sealed with another key, for another purchase, or is broken: as if there were no token. */
  open: (purchaseId: PurchaseId, sealed: string) => string | null;
}

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * The key follows from the service's private key, which all its instances have in common. Without one (everything in one
 * process) it is made here: after a restart, older tokens cannot be read any more.
 */
export function tokenSealOf(identityKey: string | undefined): TokenSeal {
  const secret = identityKey ?? randomBytes(32);
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'tributary: payment tokens of purchases', 32));
  return {
    seal: (purchaseId, token) => {
      const nonce = randomBytes(nonceBytes);
      const sealing = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(purchaseId));
      const text = Buffer.concat([sealing.update(token, 'utf8'), sealing.final()]);
      return Buffer.concat([nonce, sealing.getAuthTag(), text]).toString('base64url');
    },
    open: (purchaseId, sealed) => {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const opening = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        })
          .setAAD(Buffer.from(purchaseId))
          .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        return (
          opening.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + opening.final('utf8')
        );
      } catch {
        return null;
      }
    },
  };
}

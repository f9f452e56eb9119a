// Seals a payment token with AES-256-GCM while another system stores it, so that only an instance of purchases can read it, and
// only for one purchase.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { PurchaseId } from '../../../platform/values/ids.ts';

export interface TokenSeal {
  seal: (purchaseId: PurchaseId, token: string) => string;
  /** Returns null when the token was sealed with another key or for another purchase, or when it is damaged. */
  open: (purchaseId: PurchaseId, sealed: string) => string | null;
}

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Derives the key from the private key of the service, which all its instances share. Without one (all subgraphs in one process)
 * the key is random, and older tokens cannot be read after a restart.
 */
export function createTokenSeal(identityKey: string | undefined): TokenSeal {
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

// The signature of a provider's event, as card processors make it: HMAC-SHA256 over "<unix seconds>.<body>" with a secret
// that both sides hold. The time is signed too, so that an event that somebody recorded cannot be played back later.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'provider-signature';

/** How far the sender's clock may be from ours, in seconds; older events are refused, and sent anew with a new time. */
const toleranceSeconds = 5 * 60;

const headerForm = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

/** The value of the header for a body that is sent now. */
export function signatureOf(secret: string, body: Buffer, at = Date.now()): string {
  const seconds = Math.floor(at / 1000);
  return `t=${seconds},v1=${digest(secret, String(seconds), body).toString('hex')}`;
}

/** True when the holder of the secret signed exactly this body within the last five minutes. */
export function isSigned(secret: string, body: Buffer, header: unknown, now = Date.now()): boolean {
  const [, seconds = '', signature = ''] = headerForm.exec(typeof header === 'string' ? header : '') ?? [];
  if (seconds === '') return false;
  const isGenuine = timingSafeEqual(Buffer.from(signature, 'hex'), digest(secret, seconds, body));
  return isGenuine && Math.abs(now / 1000 - Number(seconds)) <= toleranceSeconds;
}

function digest(secret: string, seconds: string, body: Buffer): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}

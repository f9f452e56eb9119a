// The signature of a provider's event, in the form that card processors use: HMAC-SHA256 over "<unix seconds>.<body>", with a
// shared secret. The time is signed as well, so that a recorded event cannot be sent again later.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'provider-signature';

/** Maximum difference between the two clocks, in seconds. An older event is refused; the sender signs it again with a new time. */
const toleranceSeconds = 5 * 60;

const headerPattern = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

/** Builds the value of the signature header for a body that is sent now. */
export function signBody(secret: string, body: Buffer, at = Date.now()): string {
  const seconds = Math.floor(at / 1000);
  return `t=${seconds},v1=${digest(secret, String(seconds), body).toString('hex')}`;
}

/** True when the holder of the secret signed exactly this body within the last five minutes. */
export function isSigned(secret: string, body: Buffer, header: unknown, now = Date.now()): boolean {
  const [, seconds = '', signature = ''] = headerPattern.exec(typeof header === 'string' ? header : '') ?? [];
  if (seconds === '') return false;
  const isGenuine = timingSafeEqual(Buffer.from(signature, 'hex'), digest(secret, seconds, body));
  return isGenuine && Math.abs(now / 1000 - Number(seconds)) <= toleranceSeconds;
}

function digest(secret: string, seconds: string, body: Buffer): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}

// The signature of a provider's event, in the form that card processors use: HMAC-SHA256 over "<unix seconds>.<body>", with a
// shared secret. The time is signed as well, so that a recorded event cannot be sent again later. While a secret is replaced, the
// sender may sign with the old and the new one, and the receiver may accept both: one pair that fits is enough.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'provider-signature';

/** Maximum difference between the two clocks, in seconds. An older event is refused; the sender signs it again with a new time. */
const toleranceSeconds = 5 * 60;

/** Builds the value of the signature header for a body that is sent now: one time, and one signature for each secret. */
export function signBody(secrets: readonly string[], body: Buffer, at = Date.now()): string {
  const seconds = String(Math.floor(at / 1000));
  const signatures = secrets.map((secret) => `v1=${digest(secret, seconds, body).toString('hex')}`);
  return [`t=${seconds}`, ...signatures].join();
}

/** True when the holder of one of the secrets signed exactly this body within the last five minutes. */
export function isSigned(
  secrets: readonly string[],
  body: Buffer,
  header: unknown,
  now = Date.now(),
): boolean {
  const { seconds, signatures } = parseHeader(header);
  if (seconds === null || Math.abs(now / 1000 - Number(seconds)) > toleranceSeconds) return false;
  const expected = secrets.map((secret) => digest(secret, seconds, body));
  return signatures.some((signature) => expected.some((genuine) => timingSafeEqual(signature, genuine)));
}

/** Reads the time and the signatures of a header. Signatures of another scheme than v1 are left out. */
function parseHeader(header: unknown): { seconds: string | null; signatures: Buffer[] } {
  const parts = typeof header === 'string' ? header.split(',') : [];
  const times = parts.filter((part) => part.startsWith('t='));
  const [, seconds = null] = /^t=(\d{1,12})$/.exec(times.length === 1 ? (times[0] ?? '') : '') ?? [];
  const signatures = parts
    .filter((part) => /^v1=[0-9a-f]{64}$/.test(part))
    .map((part) => Buffer.from(part.slice(3), 'hex'));
  return { seconds, signatures };
}

function digest(secret: string, seconds: string, body: Buffer): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}

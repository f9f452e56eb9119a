// The form in which PostgreSQL stores a password (SCRAM-SHA-256, RFC 5802 and 7677). A statement that carries it instead of the password
// puts no password into the server's log, into pg_stat_activity, or into a file that somebody else runs.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** The default of PostgreSQL's scram_iterations. */
const iterations = 4_096;

/** An empty password stays empty: PostgreSQL then lets nobody sign in by password. */
export function buildPasswordVerifier(password: string, salt = randomBytes(16)): string {
  if (password === '') return '';
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const sign = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(sign('Client Key')).digest('base64');
  const serverKey = sign('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

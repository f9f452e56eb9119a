// Argon2id (RFC 9106) behind a bounded queue: each hash costs 19 MiB and tens of milliseconds of a core on purpose,
// so a burst of sign-ins waits in line here instead of taking every thread from the queries beside it.
import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { bulkhead, isBulkheadRejectedError } from 'cockatiel';
import { refuse } from './errors.ts';

/** OWASP's floor for Argon2id; raise these and every account is upgraded at its next sign-in. */
const parameters = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Requests that may wait; the next one is refused at once (OVERLOADED) rather than answered after its deadline. */
const queueLength = 200;

export interface Passwords {
  /** Refuses PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, OVERLOADED. */
  hash: (password: string) => Promise<string>;
  /** True when the password matches; for a null hash it takes as long and answers false. Refuses OVERLOADED. */
  verify: (hash: string | null, password: string) => Promise<boolean>;
  /** True when the hash was made with weaker parameters than today's. */
  isOutdated: (hash: string) => boolean;
}

export function openPasswords(cores: number): Passwords {
  // A hash of nothing anybody knows: verified for an unknown email, so that it costs what a wrong password costs.
  const decoy = argon2.hash(randomBytes(32), parameters);
  // A core stays free, and one of the four threads that Node also looks up host names and reads files with.
  const queue = bulkhead(Math.min(3, Math.max(1, cores - 1)), queueLength);
  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await queue.execute(work);
    } catch (cause) {
      if (isBulkheadRejectedError(cause)) throw refuse('OVERLOADED');
      throw cause;
    }
  };
  return {
    hash: async (password) => {
      const length = [...password].length;
      if (length < 12) throw refuse('PASSWORD_TOO_SHORT');
      if (length > 256) throw refuse('PASSWORD_TOO_LONG');
      return inTurn(() => argon2.hash(password, parameters));
    },
    verify: (hash, password) =>
      inTurn(async () => {
        const matches = await argon2.verify(hash ?? (await decoy), password);
        return matches && hash !== null;
      }),
    isOutdated: (hash) => argon2.needsRehash(hash, parameters),
  };
}

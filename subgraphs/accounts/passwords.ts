// Hashes passwords with Argon2id (RFC 9106), behind a bounded queue. Each hash costs 19 MiB and tens of milliseconds of a core
// on purpose. A burst of sign-ins waits in the queue, so that it does not take the threads that other requests need.
import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { bulkhead, isBulkheadRejectedError } from 'cockatiel';
import { refuse } from './errors.ts';

/** The minimum that OWASP recommends for Argon2id. When they are raised, each account is upgraded at its next sign-in. */
const parameters = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Maximum number of waiting requests. The next one is refused at once (OVERLOADED), because it would miss its deadline. */
const maxQueued = 200;

export interface Passwords {
  /** Refuses PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, OVERLOADED. */
  hash: (password: string) => Promise<string>;
  /** True when the password matches. A null hash takes equally long and gives false. Refuses OVERLOADED. */
  verify: (hash: string | null, password: string) => Promise<boolean>;
  /** True when the hash was made with weaker parameters than the present ones. */
  isOutdated: (hash: string) => boolean;
}

export function openPasswords(cores: number): Passwords {
  // A hash of random bytes. It is verified for an unknown email address, which then takes as long as a wrong password.
  const decoyHash = argon2.hash(randomBytes(32), parameters);
  // One core stays free, and one of Node's four threads, which also look up host names and read files.
  const queue = bulkhead(Math.min(3, Math.max(1, cores - 1)), maxQueued);
  const runInTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
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
      return runInTurn(() => argon2.hash(password, parameters));
    },
    verify: (hash, password) =>
      runInTurn(async () => {
        const matches = await argon2.verify(hash ?? (await decoyHash), password);
        return matches && hash !== null;
      }),
    isOutdated: (hash) => argon2.needsRehash(hash, parameters),
  };
}

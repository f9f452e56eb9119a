// Hashes passwords with Argon2id (RFC 9106), in turns. Each hash costs 19 MiB and tens of milliseconds of a core on purpose, so that
// a burst of sign-ins gets a bounded share of the cores, and the addresses that sent it take turns. Nothing hashes outside of a turn.
import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import type { Call } from '../../platform/calls/call.ts';
import { FairQueue, QueueFull } from '../../platform/calls/fair-queue.ts';
import { getNetwork } from '../../platform/identity/client-address.ts';
import { platformCodes, Refusal } from '../../platform/values/refusal.ts';

/** The minimum that OWASP recommends for Argon2id. When they are raised, each account is upgraded at its next sign-in. */
const parameters = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * Maximum number of waiting requests: the last of them waits one to two seconds. They must also stay below the number of mutations
 * that the gateway sends at once (SUBGRAPH_CONCURRENCY), so that a request of a new address reaches this queue.
 */
const maxQueued = 40;

/** Nobody waits for longer, also where turns take long because the machine has other work. */
const maxWaitMs = 5_000;

/** How long one turn takes, until some were measured. */
const expectedTurnMs = 40;

/** The part of a request that decides about its turn. Work of the subgraph itself has none of it. */
export type TurnRequest = Partial<Pick<Call, 'address' | 'signal' | 'deadline'>>;

export interface Hashing {
  hash: (password: string) => Promise<string>;
  /** True when the password matches. A null hash takes equally long and gives false. */
  verify: (hash: string | null, password: string) => Promise<boolean>;
  /** True when the hash was made with weaker parameters than the present ones. */
  isOutdated: (hash: string) => boolean;
}

export interface Passwords {
  /**
   * Runs work that hashes when the turn of its client comes. Everything that a sign-in reads and counts before it hashes belongs
   * into the turn: a request that is refused or has left while it waited then cost nothing. Refuses OVERLOADED.
   */
  inTurn: <Result>(request: TurnRequest, work: (hashing: Hashing) => Promise<Result>) => Promise<Result>;
}

export function openPasswords(cores: number): Passwords {
  const hashing = openHashing();
  const queue = new FairQueue({
    maxRunning: countTurns(cores),
    maxQueued,
    maxWaitMs,
    expectedMs: expectedTurnMs,
  });
  return {
    inTurn: async ({ address, signal, deadline }, work) => {
      const client = address === undefined ? '' : getNetwork(address);
      try {
        return await queue.run({ client, signal, deadline }, () => work(hashing));
      } catch (cause) {
        if (!(cause instanceof QueueFull)) throw cause;
        throw new Refusal('OVERLOADED', platformCodes.OVERLOADED, { retryAfter: cause.retryAfterSeconds });
      }
    },
  };
}

/** Half of the cores at most, and never the last of Node's four threads, which also look up host names and read files. */
function countTurns(cores: number): number {
  return Math.min(3, Math.max(1, Math.floor(cores / 2)));
}

function openHashing(): Hashing {
  // A hash of random bytes. It is verified for an unknown email address, which then takes as long as a wrong password.
  const decoyHash = argon2.hash(randomBytes(32), parameters);
  return {
    hash: (password) => argon2.hash(password, parameters),
    verify: async (hash, password) => {
      const matches = await argon2.verify(hash ?? (await decoyHash), password);
      return matches && hash !== null;
    },
    isOutdated: (hash) => argon2.needsRehash(hash, parameters),
  };
}

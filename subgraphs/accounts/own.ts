// What index.ts opens for this subgraph. Its files use it as `ctx.own`.
import type { PublicPasswordUsers } from '../../platform/process/exposure.ts';
import type { Passwords } from './passwords.ts';

/** Maximum numbers of attempts within one window. count-attempt.ts explains them. */
export interface AttemptLimits {
  perAddressAndAccount: number;
  perAccount: number;
  perAddress: number;
  signUpsPerAddress: number;
  windowMinutes: number;
}

export interface Own {
  passwords: Passwords;
  /** For whom a password that is published with the project opens an account: see public-password.ts. */
  publicPasswordUsers: PublicPasswordUsers;
  /** How long a session lasts, in days. */
  sessionDays: number;
  /** For how long a session that has ended is kept, in days. */
  endedSessionDays: number;
  /** The pause between two rounds that delete what has outlived its time, in milliseconds. With 0 no rounds run. */
  sweepMs: number;
  attemptLimits: AttemptLimits;
}

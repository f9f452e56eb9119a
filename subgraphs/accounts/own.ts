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
  attemptLimits: AttemptLimits;
}

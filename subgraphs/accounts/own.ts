// What index.ts opens for this subgraph. Its files use it as `ctx.own`.
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
  /** True where a password that is published with the project opens no account: see public-password.ts. */
  forbidsPublicPasswords: boolean;
  /** How long a session lasts, in days. */
  sessionDays: number;
  attemptLimits: AttemptLimits;
}

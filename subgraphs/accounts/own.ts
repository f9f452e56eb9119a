// What accounts opens for itself in index.ts; its behaviours find it as `ctx.own`.
import type { Passwords } from './passwords.ts';

export interface AttemptLimits {
  perAddressAndAccount: number;
  perAccount: number;
  perAddress: number;
  signUpsPerAddress: number;
  windowMinutes: number;
}

export interface Own {
  passwords: Passwords;
  /** How long a session lasts, in days. */
  sessionDays: number;
  attempts: AttemptLimits;
}

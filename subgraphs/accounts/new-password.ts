// The rules for a password that somebody chooses. What an account has already is not judged: only its owner knows it.
import type { ClientContext } from './count-attempt.ts';
import { refuse } from './errors.ts';
import { refusePublicPassword } from './public-password.ts';

/**
 * Refusals: PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, PASSWORD_PUBLIC. The lengths are those of NIST SP 800-63B, which asks for no
 * kinds of characters.
 */
export function parseNewPassword(ctx: ClientContext, password: string): string {
  const { length } = [...password];
  if (length < 12) throw refuse('PASSWORD_TOO_SHORT');
  if (length > 256) throw refuse('PASSWORD_TOO_LONG');
  refusePublicPassword(ctx, password);
  return password;
}

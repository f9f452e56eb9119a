// What accounts refuses. Each code stands in the SDL description of the mutation that answers it.
import { defineRefusals } from '../../platform/values/refusal.ts';

export const refusals = {
  EMAIL_INVALID: 'This is not an email address.',
  EMAIL_IN_USE: 'An account with this email address exists already.',
  NAME_INVALID: 'A name has 1 to 100 characters.',
  PASSWORD_TOO_SHORT: 'A password has at least 12 characters.',
  PASSWORD_TOO_LONG: 'A password has at most 256 characters.',
  CREDENTIALS_WRONG: 'Email address or password is wrong.',
  SESSION_NOT_FOUND: 'You have no such session.',
  ACCOUNT_NOT_FOUND: 'There is no such account.',
  TOO_MANY_ATTEMPTS: 'Too many attempts from here or for this account; try again in a few minutes.',
  OVERLOADED: 'Too many people are signing in right now; try again in a few seconds.',
} as const;

export const refuse = defineRefusals(refusals);

// The refusals of accounts. The SDL description of a mutation names the codes with which it can refuse.
import { defineRefusals } from '../../platform/values/refusal.ts';

export const refusals = {
  EMAIL_INVALID: 'This is not an email address. Send one in the form name@example.com.',
  EMAIL_IN_USE: 'An account with this email address already exists. Sign in, or use another address.',
  NAME_INVALID:
    'A name must have 1 to 100 characters, without line breaks, control characters and invisible characters.',
  PASSWORD_TOO_SHORT: 'A password must have at least 12 characters.',
  PASSWORD_TOO_LONG: 'A password must have at most 256 characters.',
  PASSWORD_PUBLIC:
    'This password is published with the project, so that it opens no account here. Choose another one.',
  CREDENTIALS_WRONG: 'The email address or the password is wrong.',
  SESSION_NOT_FOUND: 'Your account has no session with this id.',
  ACCOUNT_NOT_FOUND: 'There is no account with this id.',
  TOO_MANY_ATTEMPTS:
    'There were too many attempts from your address or for this account. Try again in a few minutes.',
} as const;

export const refuse = defineRefusals(refusals);

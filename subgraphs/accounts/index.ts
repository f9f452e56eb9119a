// accounts: the accounts of customers and staff, and the sessions with which they are signed in.
import { z } from 'zod';
import { getPublicPasswordUsers } from '../../platform/process/exposure.ts';
import { wholeNumber } from '../../platform/process/variables.ts';
import { defineSubgraph } from '../../platform/subgraph/definition.ts';
import { accountTable } from './account.ts';
import { attemptTable } from './attempt.ts';
import { writeDemoAccounts } from './demo.ts';
import { refusals } from './errors.ts';
import { CreateAccount1790000000001 } from './migrations/1790000000001-create-account.ts';
import { CreateSession1790000000002 } from './migrations/1790000000002-create-session.ts';
import { CreateAttempt1790000000003 } from './migrations/1790000000003-create-attempt.ts';
import { IndexStaffAccount1790000000004 } from './migrations/1790000000004-index-staff-account.ts';
import type { Own } from './own.ts';
import { openPasswords } from './passwords.ts';
import { closePublicAccounts } from './public-password.ts';
import { resolvers } from './resolvers.ts';
import { sessionTable } from './session.ts';

export const subgraph = defineSubgraph({
  name: 'accounts',
  tables: [accountTable, sessionTable, attemptTable],
  migrations: [
    CreateAccount1790000000001,
    CreateSession1790000000002,
    CreateAttempt1790000000003,
    IndexStaffAccount1790000000004,
  ],
  resolvers,
  refusals,
  settings: z.object({
    ACCOUNTS_SESSION_DAYS: wholeNumber(1, 365).default(30),
    // Limits for wrong passwords and for new accounts within a window: see count-attempt.ts.
    ACCOUNTS_ATTEMPTS_WINDOW_MINUTES: wholeNumber(1, 1_440).default(15),
    ACCOUNTS_ATTEMPTS: wholeNumber(1, 100).default(10),
    ACCOUNTS_ATTEMPTS_PER_ACCOUNT: wholeNumber(1, 1_000).default(100),
    ACCOUNTS_ATTEMPTS_PER_ADDRESS: wholeNumber(1, 1_000_000).default(200),
    ACCOUNTS_SIGN_UPS_PER_ADDRESS: wholeNumber(1, 1_000_000).default(100),
  }),
  open: ({ settings, environment }): { own: Own } => ({
    own: {
      passwords: openPasswords(environment.cores),
      publicPasswordUsers: getPublicPasswordUsers(environment),
      sessionDays: settings.ACCOUNTS_SESSION_DAYS,
      attemptLimits: {
        windowMinutes: settings.ACCOUNTS_ATTEMPTS_WINDOW_MINUTES,
        perAddressAndAccount: settings.ACCOUNTS_ATTEMPTS,
        perAccount: settings.ACCOUNTS_ATTEMPTS_PER_ACCOUNT,
        perAddress: settings.ACCOUNTS_ATTEMPTS_PER_ADDRESS,
        signUpsPerAddress: settings.ACCOUNTS_SIGN_UPS_PER_ADDRESS,
      },
    },
  }),
  prepare: closePublicAccounts,
  demo: writeDemoAccounts,
});

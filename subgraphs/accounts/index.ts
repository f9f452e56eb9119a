// accounts: the accounts of customers and staff, and the sessions with which they are signed in.
import { z } from 'zod';
import { startRetention } from '../../platform/database/retention.ts';
import { getPublicPasswordUsers } from '../../platform/process/exposure.ts';
import { wholeNumber } from '../../platform/process/variables.ts';
import { defineSubgraph } from '../../platform/subgraph/definition.ts';
import { accountTable } from './account.ts';
import { attemptTable, deleteOldAttempts } from './attempt.ts';
import { writeDemoAccounts } from './demo.ts';
import { refusals } from './errors.ts';
import { CreateAccount1790000000001 } from './migrations/1790000000001-create-account.ts';
import { CreateSession1790000000002 } from './migrations/1790000000002-create-session.ts';
import { CreateAttempt1790000000003 } from './migrations/1790000000003-create-attempt.ts';
import { IndexStaffAccount1790000000004 } from './migrations/1790000000004-index-staff-account.ts';
import { IndexEndedSession1790000000005 } from './migrations/1790000000005-index-ended-session.ts';
import type { Own } from './own.ts';
import { openPasswords } from './passwords.ts';
import { closePublicAccounts } from './public-password.ts';
import { resolvers } from './resolvers.ts';
import { deleteEndedSessions, sessionTable } from './session.ts';

export const subgraph = defineSubgraph({
  name: 'accounts',
  tables: [accountTable, sessionTable, attemptTable],
  migrations: [
    CreateAccount1790000000001,
    CreateSession1790000000002,
    CreateAttempt1790000000003,
    IndexStaffAccount1790000000004,
    IndexEndedSession1790000000005,
  ],
  resolvers,
  refusals,
  settings: z.object({
    ACCOUNTS_SESSION_DAYS: wholeNumber(1, 365).default(30),
    ACCOUNTS_ENDED_SESSION_DAYS: wholeNumber(0, 3_650).default(7),
    ACCOUNTS_SWEEP_MS: wholeNumber(0, 86_400_000).default(3_600_000),
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
      endedSessionDays: settings.ACCOUNTS_ENDED_SESSION_DAYS,
      sweepMs: settings.ACCOUNTS_SWEEP_MS,
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
  background: (ctx) =>
    startRetention(ctx, ctx.own.sweepMs, {
      sessions: deleteEndedSessions(ctx.own.endedSessionDays),
      attempts: deleteOldAttempts,
    }),
  demo: writeDemoAccounts,
});

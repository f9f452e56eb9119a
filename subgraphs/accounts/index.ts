// accounts: who people are, and the sessions they sign in with.
import { z } from 'zod';
import { wholeNumber } from '../../platform/environment.ts';
import { defineSubgraph } from '../../platform/subgraph.ts';
import { accountTable } from './account.ts';
import { writeDemoAccounts } from './demo.ts';
import { refusals } from './errors.ts';
import { CreateAccount1790000000001 } from './migrations/1790000000001-create-account.ts';
import { CreateSession1790000000002 } from './migrations/1790000000002-create-session.ts';
import { openPasswords, type Passwords } from './passwords.ts';
import { resolvers } from './resolvers.ts';
import { sessionTable } from './session.ts';

export interface Own {
  passwords: Passwords;
  /** How long a session lasts, in days. */
  sessionDays: number;
}

export const subgraph = defineSubgraph({
  name: 'accounts',
  tables: [accountTable, sessionTable],
  migrations: [CreateAccount1790000000001, CreateSession1790000000002],
  resolvers,
  refusals,
  settings: z.object({
    ACCOUNTS_SESSION_DAYS: wholeNumber(1, 365).default(30),
  }),
  open: ({ settings, environment }): { own: Own } => ({
    own: { passwords: openPasswords(environment.cores), sessionDays: settings.ACCOUNTS_SESSION_DAYS },
  }),
  demo: writeDemoAccounts,
});

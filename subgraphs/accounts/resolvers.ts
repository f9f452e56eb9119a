// The resolvers of accounts: which function answers which field. The only decision made here is who may see an account.
import { maySee, refuseUnknown, requireAccount } from '../../platform/identity/viewer.ts';
import { parsePage } from '../../platform/reads/connection.ts';
import { type AccountId, requireId } from '../../platform/values/ids.ts';
import { accountById } from './account.ts';
import { listAccounts } from './account-list.ts';
import { changePassword } from './change-password.ts';
import { changeRoles } from './change-roles.ts';
import { createAccount } from './create-account.ts';
import { createSession } from './create-session.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { revokeAllSessions } from './revoke-all-sessions.ts';
import { revokeSession } from './revoke-session.ts';
import { identityByToken, openSessionsByAccount } from './session.ts';

export const resolvers: Resolvers = {
  Query: {
    me: (_root, _args, ctx) => {
      refuseUnknown(ctx.viewer);
      return ctx.viewer.kind === 'account' ? accountById(ctx, ctx.viewer.accountId) : null;
    },
    account: (_root, { id }, ctx) => accountById(ctx, id),
    accounts: (_root, args, ctx) => listAccounts(ctx, args.filter ?? {}, parsePage(args, 'Query.accounts')),
    sessionByToken: (_root, { token }, ctx) => identityByToken(ctx, token),
  },
  Mutation: {
    createAccount: (_root, { input }, ctx) => createAccount(ctx, input),
    createSession: (_root, { input }, ctx) => createSession(ctx, input),
    revokeSession: (_root, { id }, ctx) => revokeSession(ctx, requireAccount(ctx.viewer), id),
    revokeAllSessions: (_root, _args, ctx) => revokeAllSessions(ctx, requireAccount(ctx.viewer)),
    changePassword: (_root, { input }, ctx) => changePassword(ctx, requireAccount(ctx.viewer), input),
    changeRoles: (_root, { accountId, roles }, ctx) => changeRoles(ctx, accountId, roles),
  },
  Account: {
    // Null both for an account that does not exist and for one that the viewer may not see.
    __resolveReference: ({ id }, ctx) =>
      maySee(ctx.viewer, requireId<AccountId>('id', id)) ? accountById(ctx, id) : null,
    createdAt: (account) => account.created_at,
    sessions: (account, _args, ctx) => openSessionsByAccount(ctx, account.id),
  },
  Session: {
    createdAt: (session) => session.created_at,
    expiresAt: (session) => session.expires_at,
    isCurrent: (session, _args, { viewer }) => viewer.kind === 'account' && viewer.sessionId === session.id,
  },
};

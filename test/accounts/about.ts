// What the tests of the whole graph must know about accounts: see test/support/about.ts.
import type { AboutSubgraph } from '../support/about.ts';

export const about: AboutSubgraph = {
  serviceCalls: { sessionByToken: 'sessionByToken(token: "x") { accountId }' },
  staffOperations: {
    account: '{ account(id: "x") { id } }',
    changeRoles: 'mutation { changeRoles(accountId: "x", roles: [STAFF]) { id } }',
  },
  guardedTypes: ['Account'],
  fieldsToGuarded: [
    'CreatedSession.account',
    'Mutation.changePassword',
    'Mutation.changeRoles',
    'Mutation.createAccount',
    'Query.account',
    'Query.me',
  ],
};

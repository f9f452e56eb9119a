// What the tests of the whole graph must know about accounts: see test/support/about.ts.
import type { AboutSubgraph, ListAbout } from '../support/about.ts';

/** The accounts that every world has are enough: those of the test itself. */
const fill: ListAbout['fill'] = async () => ({});

export const about: AboutSubgraph = {
  quietSettings: { ACCOUNTS_SWEEP_MS: '0' },
  serviceCalls: { sessionByToken: 'sessionByToken(token: "x") { accountId }' },
  staffOperations: {
    account: '{ account(id: "x") { id } }',
    accounts: '{ accounts(first: 1) { edges { node { id email } } } }',
    changeRoles: 'mutation { changeRoles(accountId: "x", roles: [STAFF]) { id } }',
  },
  guardedTypes: ['Account'],
  fieldsToGuarded: [
    'AccountEdge.node',
    'CreatedSession.account',
    'Mutation.changePassword',
    'Mutation.changeRoles',
    'Mutation.createAccount',
    'Query.account',
    'Query.accounts',
    'Query.me',
  ],
  lists: {
    'Query.accounts': {
      query: 'query ($after: String) { page: accounts(PAGE) { FIELDS } }',
      fill,
      isForStaff: true,
    },
    'Query.accounts, filtered': {
      query: 'query ($after: String) { page: accounts(PAGE, filter: { role: CUSTOMER }) { FIELDS } }',
      fill,
      isForStaff: true,
    },
  },
};

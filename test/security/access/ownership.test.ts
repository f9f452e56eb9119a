// A client tries every way to the account, purchase or payment of another client. The response is the same as for one that does
// not exist, byte for byte except for the ids, and takes the same SQL statements, so that its timing tells nothing.
import { randomUUID } from 'node:crypto';
import { Supergraph } from '@apollo/federation-internals';
import { getNamedType, isObjectType } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadGraph } from '../../../local/graph/loaded-graph.ts';
import { anonymous, type Viewer } from '../../../platform/identity/viewer.ts';
import { buildListKey, formatCursor } from '../../../platform/reads/cursor.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { asAccountId, newSessionId } from '../../../platform/values/ids.ts';
import { countStatements } from '../../journeys/count-statements.ts';
import { loadAbout } from '../../support/about.ts';
import { required } from '../../support/required.ts';
import { openWorld, type Session } from '../../support/world.ts';
import { insertPurchase } from './completed-purchase.ts';

const world = openWorld('one process', 'databases');

interface Ids {
  account: string;
  purchase: string;
  payment: string;
  session: string;
}

let victim: Ids;
let thief: Session;
/** The thief has a purchase as well, so that the thief's own lists are not empty. */
beforeAll(async () => {
  const owner = await world.customer();
  victim = {
    account: owner.accountId,
    ...(await insertPurchase(world, owner)),
    session: await readSessionId(owner),
  };
  thief = await world.customer();
  await insertPurchase(world, thief);
});

async function readSessionId(session: Session): Promise<string> {
  const { me } = await world.data('{ me { sessions { id } } }', {}, session);
  return me.sessions[0].id;
}

const createUnknownIds = (): Ids => ({
  account: randomUUID(),
  purchase: randomUUID(),
  payment: randomUUID(),
  session: randomUUID(),
});

/** Returns the response, with placeholders for the ids of the request, and the number of statements of each subgraph. */
async function recordAttempt(
  ids: Ids,
  ask: (ids: Ids) => Promise<unknown>,
): Promise<{ response: string; statements: unknown }> {
  const { answer, sent: statements } = await countStatements(world, () => ask(ids));
  let response = JSON.stringify(answer);
  for (const [name, id] of Object.entries(ids)) response = response.replaceAll(id, `<${name}>`);
  return { response: response.replaceAll(/[0-9a-f]{32}/g, '<trace>'), statements };
}

const everything = `purchase { id status total { amount } buyer { id email } lines { product { id } } payment { id } }
  account { id email name sessions { id } payments { edges { node { id } } } purchases { edges { node { id } } } }`;

/** Queries by id through the gateway. */
const queries: Record<string, string> = {
  'purchase(id)':
    '{ purchase(id: "$purchase") { id status total { amount } buyer { id email } payment { id } } }',
  'payment(id)': `{ payment(id: "$payment") { id status amount { amount } refunds { id } ${everything} } }`,
  'payment(id), to its purchase and back':
    '{ payment(id: "$payment") { purchase { payment { account { email } } } } }',
  'several aliases at once': `{ a: payment(id: "$payment") { id } b: purchase(id: "$purchase") { id } c: payment(id: "$purchase") { id } }`,
  'ids in capital letters': '{ a: purchase(id: "$PURCHASE") { id } b: payment(id: "$PAYMENT") { id } }',
  'an id of another type':
    '{ a: purchase(id: "$payment") { id } b: payment(id: "$account") { id } c: product(id: "$purchase") { id } }',
  'node(id)': `{ a: node(id: "$account") { id __typename ... on Account { email name } } b: node(id: "$purchase") { id ... on Purchase { status total { amount } } }
    c: node(id: "$payment") { __typename ... on Payment { amount { amount } } } d: node(id: "$PURCHASE") { id } }`,
  'nodes(ids)':
    '{ nodes(ids: ["$account", "$purchase", "$payment", "$session", "$PAYMENT"]) { id __typename ... on Account { email } ... on Purchase { status } } }',
  'a cursor into their purchases':
    '{ me { purchases(first: 5, after: "$cursor") { pageInfo { hasPreviousPage } } } }',
  'account(id)': '{ account(id: "$account") { id email name } }',
  'accounts(filter)': `{ a: accounts(first: 100) { edges { node { id email } } } b: accounts(last: 1, filter: { role: CUSTOMER }) { edges { cursor } }
    c: purchases(filter: { accountId: "$account" }) { edges { node { id } } } d: purchases(first: 100) { edges { node { id buyer { email } } } } }`,
  revokeSession: 'mutation { revokeSession(id: "$session") }',
  refundPayment:
    'mutation { refundPayment(input: { paymentId: "$payment", reason: "x", idempotencyKey: "x" }) { id } }',
  changeRoles: 'mutation { changeRoles(accountId: "$account", roles: [STAFF]) { id email } }',
};

function insertIds(query: string, ids: Ids): string {
  return query
    .replaceAll('$PURCHASE', ids.purchase.toUpperCase())
    .replaceAll('$PAYMENT', ids.payment.toUpperCase())
    .replaceAll('$cursor', formatCursor(buildListKey('Account.purchases', {}, ids.account), ids.purchase))
    .replaceAll(/\$(account|purchase|payment|session)/g, (_match, name: keyof Ids) => ids[name]);
}

describe.each(['a customer', 'a visitor'])('%s asks the gateway for data of another client:', (who) => {
  const session = () => (who === 'a customer' ? thief : undefined);
  test.each(Object.entries(queries))('%s', async (_way, query) => {
    const ask = (ids: Ids) => world.graphql(insertIds(query, ids), {}, session());
    await ask(createUnknownIds());
    const theirs = await recordAttempt(victim, ask);
    expect(theirs).toEqual(await recordAttempt(createUnknownIds(), ask));
    expect(theirs.response).not.toContain('@example.com');
  });
});

/** References at the subgraph itself, which a caller with a signed identity could send. */
const references: [subgraph: string, type: string, id: keyof Ids, fields: string][] = [
  ['accounts', 'Account', 'account', 'email name roles createdAt sessions { id }'],
  ['payments', 'Account', 'account', 'payments { edges { node { id amount { amount } } } }'],
  [
    'payments',
    'Payment',
    'payment',
    'status amount { amount } refunds { id } purchase { id } account { id }',
  ],
  ['payments', 'Payment', 'purchase', 'status'],
  ['purchases', 'Account', 'account', 'purchases { edges { node { id status } } }'],
  ['purchases', 'Purchase', 'purchase', 'status buyer { id } payment { id } lines { product { id } }'],
  ['purchases', 'Purchase', 'payment', 'status'],
];

describe.each(['a customer', 'a visitor'])(
  '%s with a signed identity asks a subgraph for a reference:',
  (who) => {
    const viewer = (): Viewer =>
      who === 'a customer'
        ? {
            kind: 'account',
            accountId: asAccountId(thief.accountId),
            sessionId: newSessionId(),
            roles: ['CUSTOMER'],
          }
        : anonymous;
    test.each(references)('%s: %s by the id of an %s', async (subgraph, type, key, fields) => {
      const query = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on ${type} { id ${fields} } } }`;
      const execute = required(world.subgraphs().get(subgraph), subgraph).execute;
      const ask = (ids: Ids) => {
        const keys = [ids[key], ids[key].toUpperCase()].map((id) => ({ __typename: type, id }));
        const call = { viewer: viewer(), signal: AbortSignal.timeout(20_000), traceId: '0'.repeat(32) };
        return execute({ query, variables: { keys } }, call);
      };
      const theirs = await recordAttempt(victim, ask);
      expect(theirs).toEqual(await recordAttempt(createUnknownIds(), ask));
      expect(theirs.response).toBe('{"data":{"_entities":[null,null]}}');
    });
  },
);

test('node finds what the caller owns, and staff finds everything', async () => {
  const { purchase, payment } = await insertPurchase(world, thief);
  const query =
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Account { email } ... on Payment { status } } }';
  const ids = [thief.accountId, purchase, payment, victim.account, victim.purchase, victim.payment];
  const seenBy = async (session?: Session) => {
    const { nodes } = await world.data(query, { ids }, session);
    return (nodes as ({ __typename: string; id: string } | null)[]).map(
      (node) => node && `${node.__typename} ${node.id}`,
    );
  };
  const all = ['Account', 'Purchase', 'Payment', 'Account', 'Purchase', 'Payment'].map(
    (type, index) => `${type} ${ids[index]}`,
  );
  expect(await seenBy(thief)).toEqual([...all.slice(0, 3), null, null, null]);
  expect(await seenBy(await world.staff())).toEqual(all);
  expect(await seenBy()).toEqual(Array(6).fill(null));
});

test('checks each id on its own when a request mixes own and foreign ids', async () => {
  const { purchase, payment } = await insertPurchase(world, thief);
  const query = `{ a: purchase(id: "${purchase}") { id } b: purchase(id: "${victim.purchase}") { id }
    c: payment(id: "${victim.payment}") { id } d: payment(id: "${payment}") { id } }`;
  expect(await world.data(query, {}, thief)).toEqual({
    a: { id: purchase },
    b: null,
    c: null,
    d: { id: payment },
  });
});

test('a client whose name is the victim’s id cannot use that name as an id', async () => {
  const disguised = await world.customer();
  await world.sql('accounts', 'UPDATE accounts.account SET name = $2 WHERE id = $1', [
    disguised.accountId,
    victim.account,
  ]);
  const lists = 'purchases { edges { node { id } } } payments { edges { node { id } } }';
  for (const query of [
    `{ me { id: name ${lists} } }`,
    `{ me { ...F ${lists} } } fragment F on Account { id: name }`,
  ]) {
    const { data } = await world.graphql(query, {}, disguised);
    expect(JSON.stringify(data), query).toContain(victim.account);
    expect(JSON.stringify(data), query).not.toMatch(new RegExp(`${victim.purchase}|${victim.payment}`));
  }
});

test('the idempotency key of another client’s purchase has no effect', async () => {
  const [productId, key] = [await world.product(), randomUUID()];
  const mutation = 'mutation ($input: PurchaseInput!) { purchase(input: $input) { id buyer { id } } }';
  const input = {
    lines: [{ productId, quantity: 1 }],
    paymentToken: 'tok_approve',
    idempotencyKey: key,
  };
  const owner = await world.customer();
  const { purchase: theirs } = await world.data(mutation, { input }, owner);
  const { purchase: own } = await world.data(mutation, { input }, thief);
  expect(own.id).not.toBe(theirs.id);
  expect([theirs.buyer.id, own.buyer.id]).toEqual([owner.accountId, thief.accountId]);
});

test('test/<name>/about.ts names every field that answers an entity with an owner, so that none is left out above', async () => {
  const { supergraphSdl } = await loadGraph(readSupergraphMap());
  const schema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
  const stated = [...(await loadAbout()).values()];
  const guarded = stated.flatMap(({ guardedTypes = [] }) =>
    guardedTypes.flatMap((type) => [type, `${type}Connection`]),
  );
  expect(guarded).toEqual(expect.arrayContaining(['Account', 'Purchase', 'Payment']));
  const connections = ['AccountConnection', 'PurchaseConnection', 'PaymentConnection'];
  expect(guarded).toEqual(expect.arrayContaining(connections));
  expect(Object.keys(schema.getTypeMap())).toEqual(expect.arrayContaining(connections));
  const fieldPaths = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => guarded.includes(getNamedType(field.type).name))
        .map((field) => `${type.name}.${field.name}`),
    );
  expect(fieldPaths.toSorted()).toEqual(stated.flatMap(({ fieldsToGuarded = [] }) => fieldsToGuarded).sort());
});

// Malformed and forged entity references at a subgraph, from a caller with a signed identity. The subgraph refuses only these:
// the list keeps its length and its order, and the valid references in it resolve.
import { beforeAll, describe, expect, test } from 'vitest';
import { anonymous } from '../../../platform/identity/viewer.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import { createOperationRunner } from '../../../platform/subgraph/operation-runner.ts';
import { buildExecutableSchema } from '../../../platform/subgraph/schema.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { silent } from '../../support/silent-log.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { customer } from '../../support/viewers.ts';

const payments = subgraphTest('payments');

describe('a malformed or forged reference does not affect the other references:', () => {
  const owner = newId();
  const own = { __typename: 'Payment', id: newId() };
  beforeAll(async () => {
    await payments.sql(
      `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id)
       VALUES ($1, $2, $3, 'CAPTURED', 30, 'EUR', 'x')`,
      [own.id, newId(), owner],
    );
  });
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
    __typename ... on Payment { id status } ... on Account { id } ... on Purchase { id } } }`;
  const honest = { __typename: 'Payment', id: own.id, status: 'CAPTURED' };

  /** Resolves a reference between two valid ones. */
  async function resolveBetween(
    odd: unknown,
  ): Promise<{ entity: unknown; codes?: unknown; paths?: unknown }> {
    const response = await payments.graphql(query, { r: [own, odd, own] }, customer(owner));
    const entities = response.data?._entities as unknown[];
    expect([entities.length, entities[0], entities[2]]).toEqual([3, honest, honest]);
    return {
      entity: entities[1],
      codes: response.errors?.map(({ extensions }) => extensions?.code),
      paths: response.errors?.map(({ path }) => path),
    };
  }

  const invalidIds: Record<string, unknown> = {
    'an object for an id': { ne: '' },
    'an operator for an id': { $gt: '' },
    'a list of ids': [own.id],
    'a number': 7,
    true: true,
    null: null,
    'the empty text': '',
    SQL: "' OR 1=1 --",
    NUL: '\0',
    'NUL after a good id': `${own.id}\0`,
    'a good id with a space': ` ${own.id}`,
    'ten kilobytes': 'x'.repeat(10_240),
    'ten kilobytes of digits in braces': `{${'0'.repeat(10_240)}}`,
    'an id within a hundred lists': Array(100)
      .fill(0)
      .reduce((inner) => [inner], own.id),
  };
  const refused = { entity: null, codes: ['BAD_USER_INPUT'], paths: [['_entities', 1]] };
  test.each(Object.entries(invalidIds))('%s as an id is refused at its position', async (_what, id) => {
    expect(await resolveBetween({ __typename: 'Payment', id })).toEqual(refused);
    expect(await resolveBetween({ __typename: 'Account', id })).toEqual(refused);
  });

  test('a reference without an id is refused at its position', async () => {
    expect(await resolveBetween({ __typename: 'Payment' })).toEqual(refused);
    expect(await resolveBetween({ __typename: 'Payment', ID: own.id, _id: own.id })).toEqual(refused);
  });

  const refusedReferences: Record<string, unknown> = {
    'an unknown type': { __typename: 'Nobody', id: own.id },
    'a type of the schema that is no entity': { __typename: 'Money', amount: '1', currency: 'EUR' },
    'the root of all queries': { __typename: 'Query' },
    'the root of all mutations': { __typename: 'Mutation' },
    'the subgraph’s own schema': { __typename: '_Service' },
    'an input': { __typename: 'RefundPaymentInput', id: own.id },
    'a type of introspection': { __typename: '__Schema' },
    '__proto__ for a type': { __typename: '__proto__', id: own.id },
    'constructor for a type': { __typename: 'constructor', id: own.id },
    'an object for a type': { __typename: { toString: 'Payment' }, id: own.id },
    'a list for a type': { __typename: ['Payment'], id: own.id },
    'no type': { id: own.id },
    'a number for a reference': 7,
    'a text for a reference': 'Payment',
    'a list for a reference': [own],
    'an entity of another subgraph, with a price of their own': {
      __typename: 'Purchase',
      id: newId(),
      total: 0,
    },
  };
  test.each(Object.entries(refusedReferences))('%s is refused at its position', async (_what, odd) => {
    expect(await resolveBetween(odd)).toEqual(refused);
  });

  test('extra fields in a reference give no access to another client’s payment', async () => {
    const theirs = newId();
    await payments.sql(
      `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id)
       VALUES ($1, $2, $3, 'CAPTURED', 30, 'EUR', 'x')`,
      [theirs, newId(), newId()],
    );
    const forged = {
      account_id: owner,
      accountId: owner,
      account: { id: owner },
      viewer: { kind: 'service' },
    };
    expect(await resolveBetween({ __typename: 'Payment', id: theirs, ...forged })).toEqual({ entity: null });
    // In a reference to an own payment they change nothing.
    expect(await resolveBetween({ ...own, status: 'REFUNDED', amount: '0' })).toEqual({
      entity: honest,
    });
  });
});

describe('the subgraph checks the types of @requires inputs, which only the gateway should send:', () => {
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])
    type Query { a: Int }
    enum Size { SMALL LARGE }
    type Box { width: Int! height: Int! }
    type Parcel @key(fields: "id") {
      id: ID!
      weight: Float! @external
      size: Size @external
      boxes: [Box!] @external
      cost: Int @requires(fields: "weight size boxes { width height }")
    }`;
  interface Parcel {
    weight: number;
    boxes?: { width: number }[];
  }
  const resolvers = {
    Parcel: {
      __resolveReference: (parcel: Parcel) => parcel,
      cost: ({ weight, boxes = [] }: Parcel) =>
        Math.ceil(weight.valueOf()) + boxes.reduce((sum, { width }) => sum + width, 0),
    },
  };
  const context = { log: silent, crashPoint: () => {}, own: undefined } as unknown as Context;
  const execute = createOperationRunner(buildExecutableSchema(sdl, resolvers), context);
  const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Parcel { id cost } } }';
  const good = {
    __typename: 'Parcel',
    id: '1',
    weight: 2.5,
    size: 'SMALL',
    boxes: [{ width: 1, height: 2 }],
  };

  const forgeries: Record<string, object> = {
    'a text for a number': { weight: '2.5' },
    'an object for a number': { weight: { valueOf: 1 } },
    'null for a non-null field': { weight: null },
    'a value that the enum does not have': { size: 'HUGE' },
    'an object for a list': { boxes: { length: 1e9 } },
    'a list with a hole': { boxes: [{ width: 1, height: 1 }, null] },
    'a broken number deep inside': { boxes: [{ width: '1', height: 2 }] },
    'a number that no Int holds': { boxes: [{ width: 2 ** 40, height: 2 }] },
  };
  test.each(Object.entries(forgeries))(
    '%s is refused, and the parcels beside it resolve',
    async (_what, forged) => {
      const call = { viewer: anonymous, signal: AbortSignal.timeout(10_000), traceId: '0'.repeat(32) };
      const response = await execute({ query, variables: { r: [good, { ...good, ...forged }, good] } }, call);
      expect(response.data).toEqual({ _entities: [{ id: '1', cost: 4 }, null, { id: '1', cost: 4 }] });
      expect(response.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
        [['_entities', 1], 'BAD_USER_INPUT'],
      ]);
    },
  );
});

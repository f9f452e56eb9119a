// Entity references, the subgraphs' schemas and the fields for services are internal. Clients cannot reach them through the
// gateway, and a client's signed identity does not give access at the subgraphs.
import { readFileSync } from 'node:fs';
import { Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { anonymous, type Viewer } from '../../../platform/identity/viewer.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { required } from '../../support/required.ts';
import { customer, service, staff } from '../../support/viewers.ts';
import { openWorld } from '../../support/world.ts';

const world = openWorld('one process', 'databases');

const account = '{__typename: "Account", id: "01890000-0000-7000-8000-000000000001"}';

describe('through the gateway, even for staff, there is no', () => {
  const attacks: Record<string, string> = {
    _entities: `{ _entities(representations: [${account}]) { __typename } }`,
    '_entities under the name of a field that is there': `{ me: _entities(representations: [${account}]) { __typename } }`,
    '_entities in a fragment': `query { ...F } fragment F on Query { _entities(representations: [${account}]) { __typename } }`,
    '_entities in an inline fragment that is skipped': `{ __typename ... on Query @skip(if: true) { _entities(representations: []) { __typename } } }`,
    '_entities in a mutation': `mutation { _entities(representations: []) { __typename } }`,
    '_entities beneath a type': '{ me { _entities(representations: []) { __typename } } }',
    'variable of the type of a reference':
      'query ($r: [_Any!]!) { me { payments(first: $r) { edges { cursor } } } }',
    'fragment on the union of all entities': '{ me { ... on _Entity { __typename } } }',
    _service: '{ _service { sdl } }',
    '_service in a fragment': '{ ...F } fragment F on Query { s: _service { sdl } }',
    __resolveReference: `{ __resolveReference(id: "1") { id } }`,
    'type of the composition': '{ me { ... on join__Graph { __typename } } }',
  };
  test.each(Object.entries(attacks))('%s', async (_what, query) => {
    const response = await world.graphql(query, { r: [] }, await world.staff());
    expect(response.status).toBe(400);
    expect(response.data).toBeUndefined();
    expect(response.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('trace of them in introspection', async () => {
    const query = '{ __schema { types { name fields { name } inputFields { name } } directives { name } } }';
    const text = JSON.stringify(await world.data(query, {}, await world.staff()));
    expect(text).toContain('Purchase');
    for (const name of [
      '_Entity',
      '_Any',
      '_Service',
      '_entities',
      '_service',
      'join__',
      'link__',
      'SessionIdentity',
      'Reservation',
    ]) {
      expect(text, name).not.toContain(name);
    }
    for (const { field } of listServiceFields()) expect(text, field).not.toContain(`"${field}"`);
  });

  test('way to set the representations that the gateway sends: a variable of that name is refused', async () => {
    const session = await world.customer();
    const list = [{ __typename: 'Account', id: (await world.staff()).accountId }];
    const own =
      'query ($representations: Int!) { me { purchases(first: $representations) { edges { cursor } } } }';
    expect((await world.graphql(own, { representations: list }, session)).status).toBe(400);
    const response = await world.graphql(own, { representations: 1 }, session);
    expect(response).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    // A value without a declared variable has no effect.
    const query = '{ me { id purchases { edges { cursor } } payments { edges { cursor } } } }';
    expect((await world.data(query, { representations: list }, session)).me).toEqual({
      id: session.accountId,
      purchases: { edges: [] },
      payments: { edges: [] },
    });
  });

  test('way to forge the type of an entity: an alias __typename is refused', async () => {
    const session = await world.customer();
    for (const query of [
      '{ me { __typename: name id purchases { edges { cursor } } } }',
      '{ me { ...F } } fragment F on Account { __typename: email }',
      '{ __typename: me { id } }',
    ]) {
      const response = await world.graphql(query, {}, session);
      expect(response, query).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      });
    }
    expect((await world.data('{ me { __typename kind: __typename } }', {}, session)).me).toEqual({
      __typename: 'Account',
      kind: 'Account',
    });
  });
});

interface ServiceField {
  subgraph: string;
  root: 'query' | 'mutation';
  field: string;
  caller: string;
}

/** Lists every root field with `@inaccessible`, and the service that may call it, from the schemas, so that none is missing. */
function listServiceFields(): ServiceField[] {
  return readSupergraphMap().subgraphs.flatMap(({ name: subgraph, schemaFile }) =>
    parse(readFileSync(schemaFile, 'utf8'))
      .definitions.filter(
        (node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION,
      )
      .filter(({ name }) => name.value === 'Query' || name.value === 'Mutation')
      .flatMap(({ name: type, fields = [] }) =>
        fields
          .filter(({ directives }) => directives?.some(({ name }) => name.value === 'inaccessible'))
          .map((field) => ({
            subgraph,
            root: type.value === 'Query' ? ('query' as const) : ('mutation' as const),
            field: field.name.value,
            caller: /service:(\w+)/.exec(JSON.stringify(field.directives))?.[1] ?? 'no service',
          })),
      ),
  );
}

const calls: Record<string, string> = {
  sessionByToken: 'sessionByToken(token: "x") { accountId }',
  reserveStock: 'reserveStock(input: { purchaseId: "x", lines: [] }) { status }',
  commitStock: 'commitStock(purchaseId: "x") { status }',
  releaseStock: 'releaseStock(purchaseId: "x") { status }',
  createPayment:
    'createPayment(input: { id: "x", purchaseId: "x", accountId: "x", amount: { amount: "1", currency: "EUR" } }) { id }',
  capturePayment: 'capturePayment(purchaseId: "x") { id }',
  voidPayment: 'voidPayment(input: { id: "x", purchaseId: "x", accountId: "x" })',
  purchaseStatus: 'purchaseStatus(id: "x")',
};

test('the tests below attack every field for services', () => {
  expect(listServiceFields().map(({ field }) => field)).toEqual(Object.keys(calls).toSorted(bySchema));
  for (const { field, caller } of listServiceFields())
    expect(caller, field).toMatch(/^(gateway|purchases|products)$/);
});

function bySchema(a: string, b: string): number {
  const order = listServiceFields().map(({ field }) => field);
  return order.indexOf(a) - order.indexOf(b);
}

describe.each(listServiceFields())(
  '$field, for the service $caller alone,',
  ({ subgraph, root, field, caller }) => {
    const query = `${root} { ${required(calls[field], `${field} has a call`)} }`;
    const readCode = async (viewer: Viewer) => {
      const { execute } = required(world.subgraphs().get(subgraph), subgraph);
      const call = { viewer, signal: AbortSignal.timeout(10_000), traceId: '0'.repeat(32) };
      return (await execute({ query }, call)).errors?.[0]?.extensions?.code;
    };

    test('is not reachable through the gateway, not even for staff', async () => {
      const response = await world.graphql(query, {}, await world.staff());
      expect(response).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      });
    });

    test('is refused by the subgraph to every other identity, before any statement', async () => {
      const { statements } = required(world.subgraphs().get(subgraph), subgraph);
      const before = statements();
      expect(await readCode(anonymous)).toBe('UNAUTHENTICATED');
      expect([await readCode(customer()), await readCode(staff())]).toEqual(['FORBIDDEN', 'FORBIDDEN']);
      const services = [
        'gateway',
        'accounts',
        'products',
        'payments',
        'purchases',
        'search',
        `${caller}2`,
        '',
      ];
      for (const name of services.filter((name) => name !== caller)) {
        expect(await readCode(service(name)), name).toBe('FORBIDDEN');
      }
      expect(statements() - before).toBe(0);
      expect(await readCode(service(caller))).not.toBe('FORBIDDEN');
    });
  },
);

const staffFields: Record<string, string> = {
  ledger: '{ ledger { balanced } }',
  createProduct:
    'mutation { createProduct(input: { sku: "X", name: "x", description: "", price: { amount: "1", currency: "EUR" }, stock: 1 }) { id } }',
  changePrice: 'mutation { changePrice(id: "x", price: { amount: "1", currency: "EUR" }) { id } }',
  restock: 'mutation { restock(id: "x", quantity: 1) { id } }',
  discontinue: 'mutation { discontinue(id: "x") { id } }',
  changeRoles: 'mutation { changeRoles(accountId: "x", roles: [STAFF]) { id } }',
  refundPayment:
    'mutation { refundPayment(input: { paymentId: "x", reason: "x", idempotencyKey: "x" }) { status } }',
};

test.each(Object.entries(staffFields))(
  '%s, for staff alone, is refused to customers and visitors',
  async (_field, query) => {
    expect(await world.refusal(query, {}, await world.customer())).toBe('FORBIDDEN');
    expect(await world.refusal(query)).toBe('UNAUTHENTICATED');
  },
);

// Entity references, the subgraphs' schemas and the fields for services are internal. Clients cannot reach them through the
// gateway, and a client's signed identity does not give access at the subgraphs.
import { readFileSync } from 'node:fs';
import { Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readRules } from '../../../gateway/supergraph/requires-auth.ts';
import { anonymous, type Viewer } from '../../../platform/identity/viewer.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../../subgraphs/load.ts';
import { loadAbout } from '../../support/about.ts';
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
    for (const { field } of serviceFields) expect(text, field).not.toContain(`"${field}"`);
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

interface RestrictedField {
  subgraph: string;
  root: 'query' | 'mutation';
  field: string;
  /** Who may ask it: `staff`, `service:<name>`, … */
  allowed: readonly string[];
  isInaccessible: boolean;
}

const map = readSupergraphMap();

/** Lists every root field with @auth, from the schemas, so that none is missing. */
function listRestrictedFields(): RestrictedField[] {
  return map.subgraphs.flatMap(({ name: subgraph, schemaFile }) =>
    parse(readFileSync(schemaFile, 'utf8'))
      .definitions.filter(
        (node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION,
      )
      .filter(({ name }) => name.value === 'Query' || name.value === 'Mutation')
      .flatMap(({ name: type, fields = [] }) =>
        fields.map((field) => ({
          subgraph,
          root: type.value === 'Query' ? ('query' as const) : ('mutation' as const),
          field: field.name.value,
          allowed: readRules(field) ?? [],
          isInaccessible: field.directives?.some(({ name }) => name.value === 'inaccessible') === true,
        })),
      ),
  );
}

const restrictedFields = listRestrictedFields();
const serviceFields = restrictedFields
  .filter(({ isInaccessible }) => isInaccessible)
  .map((field) => ({ ...field, caller: field.allowed[0]?.replace('service:', '') ?? 'no service' }));
const staffFields = restrictedFields.filter(({ allowed }) => allowed.includes('staff'));
const about = await loadAbout();
const services = ['gateway', ...map.subgraphs.map(({ name }) => name)];

test('test/<name>/about.ts has an attack on every field for services and for staff, and no other', () => {
  const fieldsOf = (fields: readonly RestrictedField[], subgraph: string) =>
    fields.filter((one) => one.subgraph === subgraph).map(({ field }) => field);
  for (const [name, { serviceCalls = {}, staffOperations = {} }] of about) {
    expect(Object.keys(serviceCalls).sort(), name).toEqual(fieldsOf(serviceFields, name).sort());
    expect(Object.keys(staffOperations).sort(), name).toEqual(fieldsOf(staffFields, name).sort());
  }
});

test('each field for services is for one: the gateway, or a subgraph that lists its peer', async () => {
  const definitions = await Promise.all(map.subgraphs.map(loadSubgraph));
  const listCallers = (subgraph: string) =>
    definitions.filter(({ peers }) => peers?.includes(subgraph)).map(({ name }) => name);
  for (const { subgraph, field, allowed, caller } of serviceFields) {
    expect(allowed, field).toEqual([`service:${caller}`]);
    expect(['gateway', ...listCallers(subgraph)], field).toContain(caller);
  }
});

describe.each(serviceFields)(
  '$field, for the service $caller alone,',
  ({ subgraph, root, field, caller }) => {
    const query = `${root} { ${required(about.get(subgraph)?.serviceCalls?.[field], `${field} has a call`)} }`;
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
      const others = [...services, 'search', `${caller}2`, ''].filter((name) => name !== caller);
      for (const name of others) {
        expect(await readCode(service(name)), name).toBe('FORBIDDEN');
      }
      expect(statements() - before).toBe(0);
      expect(await readCode(service(caller))).not.toBe('FORBIDDEN');
    });
  },
);

test.each(staffFields)(
  '$field, for staff alone, is refused to customers and visitors',
  async ({ subgraph, field }) => {
    const query = required(about.get(subgraph)?.staffOperations?.[field], `${field} has an operation`);
    expect(await world.refusal(query, {}, await world.customer())).toBe('FORBIDDEN');
    expect(await world.refusal(query)).toBe('UNAUTHENTICATED');
  },
);

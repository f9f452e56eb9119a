// What errors reveal about the schema. In production no message suggests a correct name, neither from the gateway nor from a
// subgraph, and introspection is off. In development both help the developer.
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCatalogue, outcome, refusedWith, send } from '../../gateway/limits/catalogue.ts';
import type { SmallGraph } from '../../gateway/small-graph.ts';
import { type SubgraphUnderTest, subgraphTest } from '../../support/subgraph.ts';
import { customer } from '../../support/viewers.ts';

let development: SmallGraph;
let production: SmallGraph;
beforeAll(async () => {
  development = await openCatalogue({ NODE_ENV: 'development' });
  production = await openCatalogue({ NODE_ENV: 'production' });
});
afterAll(() => Promise.all([development.close(), production.close()]));

/** Each attempt uses a wrong name that is close to a correct one. */
const attempts: readonly [kind: string, query: string, variables: object, code: string, hint: RegExp][] = [
  ['field', '{ itm { id } }', {}, 'GRAPHQL_VALIDATION_FAILED', /"item"/],
  [
    'field of a type behind an interface',
    '{ item { ... on Thing { label } } }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /"id"|"Item"/,
  ],
  ['type', '{ item { ... on Itme { id } } }', {}, 'GRAPHQL_VALIDATION_FAILED', /"Item"/],
  [
    'type of a variable',
    'query($s: Serch) { named(search: $s) }',
    {},
    'GRAPHQL_VALIDATION_FAILED',
    /"Search"/,
  ],
  ['argument', '{ page(frst: 1) { total } }', {}, 'GRAPHQL_VALIDATION_FAILED', /"first"/],
  ['argument of a directive', '{ item @include(fi: true) { id } }', {}, 'GRAPHQL_VALIDATION_FAILED', /"if"/],
  ['enum value', '{ named(size: SMAL) }', {}, 'GRAPHQL_VALIDATION_FAILED', /"SMALL"/],
  ['enum value as text', '{ named(size: "SMALL") }', {}, 'GRAPHQL_VALIDATION_FAILED', /"SMALL"\?/],
  [
    'enum value in a variable',
    'query($s: Size) { named(size: $s) }',
    { s: 'SMAL' },
    'BAD_USER_INPUT',
    /"SMALL"/,
  ],
  ['input field', '{ named(search: { lable: "x" }) }', {}, 'GRAPHQL_VALIDATION_FAILED', /"label"/],
  [
    'input field in a variable',
    'query($s: Search) { named(search: $s) }',
    { s: { lable: 'x' } },
    'BAD_USER_INPUT',
    /"label"/,
  ],
  ['field without a selection', '{ item }', {}, 'GRAPHQL_VALIDATION_FAILED', /"item \{ \.\.\. \}"/],
];

describe('in production', () => {
  test.each(attempts)('a wrong %s gets no suggestion', async (_kind, query, variables, code) => {
    const refused = await send(production, query, variables);
    expect(refused).toMatchObject({ status: 400, asked: 0, hasData: false });
    expect(refused.codes[0]).toBe(code);
    expect(refused.messages.join(' ')).not.toMatch(/did you mean/i);
  });

  test.each([
    ['all of it', getIntrospectionQuery()],
    ['one type', '{ __type(name: "Item") { fields { name } } }'],
    ['under another name', '{ item { id } s: __schema { queryType { name } } }'],
    ['in a fragment', '{ ...F } fragment F on Query { __schema { types { name } } }'],
  ])('introspection is refused: %s', async (_what, query) => {
    const refused = await send(production, query);
    expect(refused).toMatchObject({ status: 400, asked: 0, hasData: false });
    expect(new Set(refused.codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
  });

  test('a wrong fragment or variable name gets no suggestion either', async () => {
    const fragment = await send(production, '{ item { ...Lable } } fragment Label on Item { label }');
    const variable = await send(production, 'query($name: ID) { item(id: $nmae) { id } }');
    for (const { status, messages } of [fragment, variable]) {
      expect(status).toBe(400);
      expect(messages.join(' ')).not.toMatch(/did you mean/i);
    }
  });

  test('__typename is allowed: it only names the type of data that the client has', async () => {
    expect(await send(production, '{ item { __typename } }')).toMatchObject({ status: 200, codes: [] });
  });
});

describe('in development', () => {
  test.each(attempts)('a wrong %s gets a suggestion', async (_kind, query, variables, code, hint) => {
    const refused = await send(development, query, variables);
    expect(refused.codes[0]).toBe(code);
    expect(refused.messages.join(' ')).toMatch(/did you mean/i);
    expect(refused.messages.join(' ')).toMatch(hint);
  });

  test('one response lists every error of a document', async () => {
    const refused = await send(development, '{ itm { id } itemz { id } page(first: "x") { total } }');
    const code = 'GRAPHQL_VALIDATION_FAILED';
    expect(outcome(refused)).toEqual(refusedWith(code, code, code));
  });
});

/** A caller with an identity reaches a subgraph without the gateway. */
const attemptsAtSubgraph: readonly [kind: string, query: string, variables: Record<string, unknown>][] = [
  ['field', '{ mee { id } }', {}],
  ['type', '{ me { ... on Acount { id } } }', {}],
  ['argument', 'mutation { revokeSession(idd: "1") }', {}],
  ['argument of a directive', '{ me @include(fi: true) { id } }', {}],
  ['enum value', 'mutation { changeRoles(accountId: "1", roles: [STAF]) { id } }', {}],
  ['input field', 'mutation { createSession(input: { emal: "a", password: "b" }) { token } }', {}],
  [
    'enum value in a variable',
    'mutation($roles: [Role!]!) { changeRoles(accountId: "1", roles: $roles) { id } }',
    { roles: ['STAF'] },
  ],
  [
    'input field in a variable',
    'mutation($input: CreateSessionInput!) { createSession(input: $input) { token } }',
    { input: { emal: 'a', email: 'a', password: 'b' } },
  ],
  ['field without a selection', '{ me }', {}],
];

describe('at a subgraph', () => {
  const production = subgraphTest('accounts', { environment: { NODE_ENV: 'production' } });
  const development = subgraphTest('accounts', { environment: { NODE_ENV: 'development' } });
  const getMessages = async (subgraph: SubgraphUnderTest, query: string, variables = {}) => {
    const { data, errors = [] } = await subgraph.graphql(query, variables, customer());
    expect(data).toBeUndefined();
    return errors.map(({ message }) => message).join(' ');
  };

  test.each(attemptsAtSubgraph)(
    'a wrong %s gets a suggestion in development only',
    async (_kind, query, variables) => {
      expect(await getMessages(development, query, variables)).toMatch(/did you mean/i);
      const inProduction = await getMessages(production, query, variables);
      expect(inProduction).not.toBe('');
      expect(inProduction).not.toMatch(/did you mean/i);
    },
  );
});

// Operations whose shape exceeds a limit: the gateway refuses each with 400 and its own code, and calls no subgraph.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../../gateway/http/request-parameters.ts';
import { withHash } from '../../gateway/http/wire.ts';
import {
  many,
  nested,
  openCatalogue,
  outcome,
  type Refused,
  refusedWith,
  send,
} from '../../gateway/limits/catalogue.ts';
import type { SmallGraph } from '../../gateway/small-graph.ts';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openCatalogue();
});
afterAll(() => graph.close());

function expectRefusal(refused: Refused, code: string): void {
  expect(outcome(refused)).toEqual(refusedWith(code));
}

test('refuses a document of more tokens than the limit', async () => {
  const refused = await send(graph, `{ ${many(5_000, () => '__typename')} }`);
  expectRefusal(refused, 'OPERATION_TOO_LONG');
  expect(refused.messages).toEqual(['The document has 5001 tokens; the limit is 5000.']);
});

test('stops reading at the limit of tokens, and does not parse what follows', async () => {
  const refused = await send(graph, `{ ${'a '.repeat(120_000)} ? " this is no GraphQL`);
  expectRefusal(refused, 'OPERATION_TOO_LONG');
  expect(refused.messages).toEqual(['The document has 5001 tokens; the limit is 5000.']);
});

test('refuses a document with thousands of comments', async () => {
  expectRefusal(await send(graph, `${'#\n'.repeat(50_000)}{ item { id } }`), 'GRAPHQL_PARSE_FAILED');
});

test('refuses fields that are nested deeper than the limit', async () => {
  const refused = await send(graph, nested(21));
  expectRefusal(refused, 'OPERATION_TOO_DEEP');
  expect(refused.messages).toEqual(['The operation nests fields 21 levels deep; the limit is 20.']);
});

test('refuses depth that is hidden in fragments', async () => {
  const fragments = many(
    6,
    (n) => `fragment F${n} on Item { parent { parent { parent { ...F${n + 1} } } } }`,
  );
  const query = `{ item { ...F0 } } ${fragments} fragment F6 on Item { parent { parent { label } } }`;
  expectRefusal(await send(graph, query), 'OPERATION_TOO_DEEP');
});

test('refuses depth that is hidden in another operation of the document', async () => {
  const query = `query Honest { item { id } } query Deep ${nested(30)}`;
  expectRefusal(await send(graph, query, {}, { operationName: 'Honest' }), 'OPERATION_TOO_DEEP');
});

test('refuses two thousand nested fields without parsing them', async () => {
  expectRefusal(await send(graph, nested(2_000)), 'NESTING_TOO_DEEP');
});

test('refuses more aliases than the limit', async () => {
  const refused = await send(graph, `{ item { ${many(65, (n) => `a${n}: label`)} } }`);
  expectRefusal(refused, 'TOO_MANY_ALIASES');
  expect(refused.messages).toEqual(['The operation has 65 aliases; the limit is 64.']);
});

test('refuses aliases that a fragment multiplies', async () => {
  const tenTimes = many(10, (n) => `p${n}: parent { ...F }`);
  const query = `{ item { ${tenTimes} } } fragment F on Item { ${many(10, (n) => `a${n}: label`)} }`;
  expectRefusal(await send(graph, query), 'TOO_MANY_ALIASES');
});

test('refuses more fields at the root than the limit, aliased or not', async () => {
  expectRefusal(await send(graph, `{ ${many(33, (n) => `a${n}: item { id }`)} }`), 'TOO_MANY_ROOT_FIELDS');
  const refused = await send(graph, `{ ${many(33, () => 'item { id }')} }`);
  expectRefusal(refused, 'TOO_MANY_ROOT_FIELDS');
});

test('refuses fields at the root that come from fragments', async () => {
  const query = `{ ...A ...B } fragment A on Query { ${many(20, (n) => `a${n}: __typename`)} } fragment B on Query { ${many(20, (n) => `b${n}: __typename`)} }`;
  expectRefusal(await send(graph, query), 'TOO_MANY_ROOT_FIELDS');
});

test('refuses more directives than the limit, known or not', async () => {
  expectRefusal(
    await send(graph, `{ item ${many(65, () => '@include(if: true)')} { id } }`),
    'TOO_MANY_DIRECTIVES',
  );
  expectRefusal(await send(graph, `{ item ${many(2_000, () => '@x')} { id } }`), 'TOO_MANY_DIRECTIVES');
  expectRefusal(await send(graph, `query Q ${many(65, () => '@x')} { item { id } }`), 'TOO_MANY_DIRECTIVES');
});

test('refuses many repetitions of a field before validation compares each pair of them', async () => {
  expectRefusal(
    await send(graph, `{ item { ${many(900, () => 'parent { id }')} } }`),
    'TOO_MANY_REPEATED_FIELDS',
  );
});

test('refuses a few repetitions in each of many levels', async () => {
  const levels = (depth: number): string =>
    depth === 0 ? 'id' : many(2, () => `parent { ${levels(depth - 1)} }`);
  expectRefusal(await send(graph, `{ item { ${levels(8)} } }`), 'TOO_MANY_REPEATED_FIELDS');
});

test('refuses a list two thousand deep in a literal', async () => {
  const literal = `${'['.repeat(2_000)}1${']'.repeat(2_000)}`;
  const refused = await send(graph, `{ named(anything: ${literal}) }`);
  expectRefusal(refused, 'NESTING_TOO_DEEP');
  expect(refused.messages).toEqual(['The document nests brackets 101 levels deep; the limit is 100.']);
});

test('refuses an object two thousand deep in a literal', async () => {
  const literal = `${'{ within: '.repeat(2_000)}{}${' }'.repeat(2_000)}`;
  expectRefusal(await send(graph, `{ named(search: ${literal}) }`), 'NESTING_TOO_DEEP');
});

test('refuses a variable that nests a recursive input type too deeply', async () => {
  const query = 'query($search: Search) { named(search: $search) }';
  const shallow = await openCatalogue({ LIMIT_NESTING: '20' });
  const search = JSON.parse(`${'{"within":'.repeat(20)}{}${'}'.repeat(20)}`) as object;
  expectRefusal(await send(shallow, query, { search }), 'NESTING_TOO_DEEP');
  await shallow.close();
  // At this depth, coercing the value by its type would overflow the stack. The gateway refuses the JSON before it parses it.
  const variables = `{"search":${'{"within":'.repeat(10_000)}{}${'}'.repeat(10_000)}}`;
  const response = await graph.post(`{"query":"${query}","variables":${variables}}`);
  expect(response.status).toBe(400);
  expect(graph.asked).toEqual([]);
});

test('refuses an input list with more items than the limit, in a variable and inline', async () => {
  const names = Array.from({ length: 1_001 }, () => 'x');
  const byVariable = await send(graph, 'query($names: [String!]) { named(names: $names) }', { names });
  expectRefusal(byVariable, 'INPUT_LIST_TOO_LONG');
  expect(byVariable.messages).toEqual(['A list in the request has 1001 items; the limit is 1000.']);
  expectRefusal(await send(graph, `{ named(names: ${JSON.stringify(names)}) }`), 'INPUT_LIST_TOO_LONG');
  const search = { many: names.map(() => 1) };
  const deeper = await send(graph, 'query($search: Search) { named(search: $search) }', { search });
  expectRefusal(deeper, 'INPUT_LIST_TOO_LONG');
});

test('refuses introspection that cycles from types to fields to types', async () => {
  const round = '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }';
  expectRefusal(await send(graph, round), 'INTROSPECTION_TOO_DEEP');
  const inFragments = `{ __schema { types { ...T } } }
    fragment T on __Type { fields { type { ...U } } } fragment U on __Type { fields { args { name } } }`;
  expectRefusal(await send(graph, inFragments), 'INTROSPECTION_TOO_DEEP');
});

test('refuses an unknown operation name, and several operations without a name', async () => {
  const two = 'query A { item { id } } query B { item { id } }';
  expectRefusal(await send(graph, two, {}, { operationName: 'C' }), 'OPERATION_RESOLUTION_FAILURE');
  expectRefusal(await send(graph, two), 'OPERATION_RESOLUTION_FAILURE');
  expectRefusal(await send(graph, two, {}, { operationName: 'constructor' }), 'OPERATION_RESOLUTION_FAILURE');
});

test('refuses subscriptions', async () => {
  const { status, codes, asked } = await send(graph, 'subscription { item { id } }');
  expect({ status, asked }).toEqual({ status: 400, asked: 0 });
  expect(codes[0]).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('refuses an invalid custom scalar, in a variable and inline', async () => {
  const query = 'query($price: Decimal) { named(price: $price) }';
  expectRefusal(await send(graph, query, { price: '12,50' }), 'BAD_USER_INPUT');
  expectRefusal(await send(graph, query, { price: 12.5 }), 'BAD_USER_INPUT');
  expectRefusal(await send(graph, '{ named(price: "1e9") }'), 'GRAPHQL_VALIDATION_FAILED');
  expectRefusal(await send(graph, '{ named(search: { price: 1 }) }'), 'GRAPHQL_VALIDATION_FAILED');
  expect(await send(graph, query, { price: '12.50' })).toMatchObject({ status: 200, codes: [] });
});

test('never repeats a refused text in its message', async () => {
  const secret = 'hunter2hunter2';
  const attacks = [
    `{ item { ${many(100, (n) => `${secret}${n}: label`)} } }`,
    `query ${secret} ${nested(30)}`,
    `mutation { ${many(3, (n) => `a${n}: signIn(password: "${secret}")`)} }`,
  ];
  for (const attack of attacks) {
    const { status, messages } = await send(graph, attack);
    expect(status).toBe(400);
    expect(messages.join()).not.toContain(secret);
  }
});

test('caches a refusal, and sends the same response the second time', async () => {
  const attack = nested(25, 'id');
  const first = await send(graph, attack);
  const second = await send(graph, attack);
  expectRefusal(first, 'OPERATION_TOO_DEEP');
  expect(outcome(second)).toEqual(outcome(first));
  expect(second.messages).toEqual(first.messages);
});

test('does not store a refused operation as a persisted query', async () => {
  const query = nested(26);
  const extensions = withHash(sha256(query));
  expectRefusal(await send(graph, query, {}, { extensions }), 'OPERATION_TOO_DEEP');
  const byHash = await graph.post({ extensions });
  expect(await byHash.json()).toMatchObject({
    errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
  });
});

test('refuses the same operations by GET as by POST', async () => {
  const before = graph.asked.length;
  const address = `${graph.url}?query=${encodeURIComponent(nested(27))}`;
  const response = await fetch(address, { headers: { 'apollo-require-preflight': '1' } });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_TOO_DEEP' } }] });
  expect(graph.asked.length).toBe(before);
});

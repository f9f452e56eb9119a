// One subgraph behind Apollo's data source interface. Whole graphs with failing subgraphs are in test/outage/.
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { createRequestState, type RequestState } from '../../../gateway/context.ts';
import { SubgraphDataSource } from '../../../gateway/fetch/subgraph-data-source.ts';
import { buildErrorMask } from '../../../gateway/fetch/subgraph-errors.ts';
import { SupergraphSchemas } from '../../../gateway/fetch/supergraph-schemas.ts';
import type { Call, Execute, SubgraphResponse } from '../../../platform/calls/call.ts';
import { UnansweredCall } from '../../../platform/calls/resilience.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';

const sdl = 'type Query { dog: Dog! cat: Dog } type Dog { id: ID! name: String! }';
const apiSchema = buildSchema(sdl);
const rootQuery = '{ dog { name } cat { name } }';
const entityQuery = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Dog { name } }
}`;
const representations = [{ __typename: 'Dog', id: '1' }];

interface Fetched {
  response: SubgraphResponse;
  calls: Call[];
  lines: string[];
  fetches: string[];
  state: RequestState;
}

/** Sends one fetch for a client that selects `{ dog { name } }`. */
async function send(
  client: () => Promise<unknown>,
  { query = rootQuery, schema = apiSchema } = {},
): Promise<Fetched> {
  const schemas = new SupergraphSchemas();
  schemas.add(apiSchema, sdl);
  const [lines, fetches, calls]: [string[], string[], Call[]] = [[], [], []];
  const execute = ((_operation, call) => {
    calls.push(call);
    return client();
  }) as Execute;
  const source = new SubgraphDataSource('pets', execute, {
    log: { error: (_details: unknown, line: string) => lines.push(line) } as never,
    schemas,
    maskErrors: buildErrorMask({ isOwnSubgraph: true, forwardedCodes: [], forwardedExtensions: [] }),
    isOwnSubgraph: true,
    onFetch: (subgraph, text) => fetches.push(`${subgraph} ${text}`),
  });
  const state = createRequestState();
  const document = parse('{ dog { name } }');
  const operation = document.definitions[0] as OperationDefinitionNode;
  const signal = new AbortController().signal;
  const response = await source.process({
    kind: 'incoming operation',
    request: { query, variables: query === entityQuery ? { representations } : {} },
    incomingRequestContext: { schema, document, operation },
    pathInIncomingRequest: ['dog'],
    context: { viewer: anonymous, signal, traceId: 'a'.repeat(32), state },
  } as never);
  return { response: response as SubgraphResponse, calls, lines, fetches, state };
}
const errorAt = (code: string, ...path: (string | number)[]) =>
  expect.objectContaining({ path, extensions: { code } });

test('passes on a valid response, and sends the call without the state of the request', async () => {
  const data = { dog: { name: 'Rex' }, cat: null };
  const { response, calls, lines, fetches } = await send(async () => ({ data }));
  expect(response).toEqual({ data });
  expect(calls[0]).toMatchObject({ viewer: anonymous, traceId: 'a'.repeat(32) });
  expect(calls[0]).not.toHaveProperty('state');
  expect(fetches).toEqual([`pets ${rootQuery}`]);
  expect(lines).toEqual([]);
});

test.each([
  ['the call fails', () => Promise.reject(new Error('connection refused'))],
  ['the response has neither data nor errors', async () => ({})],
  ['the response has no data and an empty list of errors', async () => ({ data: null, errors: [] })],
])('responds with one error for each expected value, and logs it, when %s', async (_reason, client) => {
  const { response, lines } = await send(client);
  expect(response).toEqual({
    errors: [errorAt('SUBGRAPH_UNAVAILABLE', 'dog'), errorAt('SUBGRAPH_UNAVAILABLE', 'cat')],
  });
  expect(lines).toEqual(['a subgraph did not answer']);
  expect((await send(client, { query: entityQuery })).response).toEqual({
    errors: [errorAt('SUBGRAPH_UNAVAILABLE', '_entities', 0, 'name')],
  });
});

test('logs nothing when the client closed its connection', async () => {
  const { response, lines } = await send(() => Promise.reject(new UnansweredCall('gone')));
  expect(response.errors).toHaveLength(2);
  expect(lines).toEqual([]);
});

test('replaces an invalid value by null, with an error at its path, and logs it', async () => {
  const { response, lines } = await send(async () => ({ data: { dog: { name: 5 }, cat: null } }));
  expect(response).toEqual({
    data: { dog: { name: null }, cat: null },
    errors: [errorAt('SUBGRAPH_ANSWER_INVALID', 'dog', 'name')],
  });
  expect(lines).toEqual(['the response of a subgraph does not fit the supergraph']);
});

test('responds with an error for each expected value when no data can be used', async () => {
  const { response } = await send(async () => ({ data: [] }));
  expect(response).toEqual({
    errors: [errorAt('SUBGRAPH_ANSWER_INVALID', 'dog'), errorAt('SUBGRAPH_ANSWER_INVALID', 'cat')],
  });
});

test('notes in the state of the request that an entity is missing, with an error where the client requires it', async () => {
  const { response, state } = await send(async () => ({ data: { _entities: [null] } }), {
    query: entityQuery,
  });
  expect(state.hasMissingEntities).toBe(true);
  expect(response.errors).toEqual([errorAt('SUBGRAPH_ANSWER_INVALID', '_entities', 0)]);
  const found = await send(async () => ({ data: { _entities: [{ name: 'Rex' }] } }), { query: entityQuery });
  expect(found.state.hasMissingEntities).toBe(false);
});

test('masks the errors of a response even when the schema of the request is unknown', async () => {
  const refusal = { message: 'Not now.', extensions: { code: 'NOT_NOW' } };
  const fault = { message: 'select * from dog', extensions: {} };
  const { response } = await send(async () => ({ data: { dog: 5 }, errors: [refusal, fault] }), {
    schema: buildSchema(sdl),
  });
  expect(response.data).toEqual({ dog: 5 });
  expect(response.errors).toEqual([
    refusal,
    expect.objectContaining({ extensions: { code: 'INTERNAL_SERVER_ERROR' } }),
  ]);
  expect(JSON.stringify(response)).not.toContain('select');
});

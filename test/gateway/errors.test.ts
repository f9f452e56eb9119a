import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatewayCodes, toPublicError } from '../../gateway/errors.ts';
import { platformCodes, Refusal } from '../../platform/values/refusal.ts';
import { silent } from '../support/silent-log.ts';
import { link, openSmallGraph, type SmallGraph } from './small-graph.ts';

const traceId = 'f'.repeat(32);
const headers = { traceparent: `00-${traceId}-${'1'.repeat(16)}-01` };

const accounts = {
  sdl: `${link}type Query {
    ok: String
    refused(limit: Int): String
    fault: String
    order: Order
  }
  type Order @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: {
      ok: () => 'fine',
      refused: () => {
        throw new Refusal('NO_LUCK', 'Not today.', { limit: 3 });
      },
      fault: () => {
        throw new Error('SELECT secret FROM db.internal:5432');
      },
      order: () => ({ id: '1' }),
    },
  },
};
const orders = {
  sdl: `${link}type Query { away: String empty: String foreign: String raw: String coded: String leaky: String }
    type Order @key(fields: "id") { id: ID! total: Int needed: Int! }`,
  execute: async ({ query }: { query: string }) => {
    if (query.includes('empty')) return { data: { empty: 1, more: 'than asked' }, errors: [] };
    if (query.includes('foreign'))
      return {
        data: { foreign: null },
        errors: [{ message: 'at http://orders.internal:4001', path: ['foreign'] }],
      };
    if (query.includes('raw')) return {} as never;
    if (query.includes('leaky')) {
      const internal = {
        stacktrace: ['at x.ts:1'],
        query: 'SELECT secret',
        exception: { url: 'orders.internal' },
      };
      const extensions = { code: 'OUT_OF_STOCK', productId: '7', ...internal };
      return { data: { leaky: null }, errors: [{ message: 'Sold out.', path: ['leaky'], extensions }] };
    }
    if (query.includes('coded')) {
      const extensions = {
        code: 'DOWNSTREAM_SERVICE_ERROR',
        response: { body: 'secret', url: 'http://orders.internal:4001' },
      };
      return { data: null, errors: [{ message: 'orders.internal failed', extensions }] };
    }
    if (query.includes('needed')) {
      const [message, code] = ['An internal error occurred.', 'INTERNAL_SERVER_ERROR'];
      return {
        data: { _entities: [null] },
        errors: [{ message, path: ['_entities', 0, 'needed'], extensions: { code } }],
      };
    }
    throw new Error('connect ECONNREFUSED orders.internal:4001');
  },
};

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph({ accounts, orders });
});
afterAll(() => graph.close());

interface GraphAnswer {
  data?: unknown;
  errors?: { message: string; path?: unknown; extensions: Record<string, unknown> }[];
}

async function ask(query: string, more: object = {}): Promise<GraphAnswer> {
  return (await graph.post({ query, ...more }, headers)).json() as Promise<GraphAnswer>;
}

const fault = { code: 'INTERNAL_SERVER_ERROR', traceId };
const unavailable = { code: 'SUBGRAPH_UNAVAILABLE' };

test('passes the refusal of a subgraph on unchanged, without the subgraph’s name', async () => {
  expect(await ask('{ ok refused }')).toEqual({
    data: { ok: 'fine', refused: null },
    errors: [{ message: 'Not today.', path: ['refused'], extensions: { code: 'NO_LUCK', limit: 3 } }],
  });
});

test('of the extensions of a refusal, those reach the client that the settings declare, and no others', async () => {
  const extensions = { code: 'OUT_OF_STOCK', productId: '7' };
  expect((await ask('{ leaky }')).errors).toEqual([{ message: 'Sold out.', path: ['leaky'], extensions }]);
});

test('answers a fault with the trace id that the client sent, and nothing else', async () => {
  expect(await ask('{ ok fault }')).toEqual({
    data: { ok: 'fine', fault: null },
    errors: [{ message: 'An internal error occurred.', path: ['fault'], extensions: fault }],
  });
});

test('a subgraph that is down costs its own fields only', async () => {
  const answer = await ask('{ ok order { id total } away }');
  expect(answer.data).toEqual({ ok: 'fine', order: { id: '1', total: null }, away: null });
  expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([unavailable, unavailable]);
});

test.each(['{ foreign }', '{ coded }'])(
  'masks errors with unexpected content from a subgraph: %s',
  async (query) => {
    const { errors } = await ask(query);
    expect(errors?.length).toBeGreaterThan(0);
    for (const { message, extensions } of errors ?? []) {
      expect(message).toBe('An internal error occurred.');
      expect(extensions).toEqual(fault);
    }
  },
);

test('treats a response without data as a subgraph that is down, and not as null', async () => {
  const { data, errors } = await ask('{ raw }');
  expect(data).toEqual({ raw: null });
  expect(errors?.map(({ extensions }) => extensions)).toEqual([unavailable]);
});

test('returns null for an entity whose non-null field failed, with the path of the field', async () => {
  const answer = await ask('{ order { needed } }');
  expect(answer.data).toEqual({ order: null });
  expect(answer.errors).toEqual([
    { message: 'An internal error occurred.', path: ['order', 'needed'], extensions: fault },
  ]);
});

test('names no subgraph, address or statement in any of these responses', async () => {
  const all = await Promise.all(
    ['refused', 'fault', 'away', 'foreign', 'coded', 'raw', 'empty', 'order { total needed }'].map((field) =>
      ask(`{ ${field} }`),
    ),
  );
  expect(JSON.stringify(all)).not.toMatch(
    /accounts|orders|internal[:.]|4001|5432|ECONN|SELECT|stack|service/i,
  );
});

test.each([
  ['{ ok', 'GRAPHQL_PARSE_FAILED', {}],
  ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED', {}],
  ['query ($limit: Int) { refused(limit: $limit) }', 'BAD_USER_INPUT', { variables: { limit: 'many' } }],
  ['query A { ok } query B { ok }', 'OPERATION_RESOLUTION_FAILURE', {}],
  ['', 'BAD_REQUEST', {}],
])('reports to the client what is wrong with %j: %s', async (query, code, more) => {
  const { errors } = await ask(query, more);
  expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code }]);
  expect(errors?.[0]?.message).not.toBe('An internal error occurred.');
});

test.each(['Syntax', 'toString', '__proto__'])('masks an error with the unknown code %j', (code) => {
  const error = new GraphQLError('secret', { extensions: { code, stacktrace: ['at secret'] } }).toJSON();
  expect(toPublicError(error, traceId, silent)).toEqual({
    message: 'An internal error occurred.',
    extensions: fault,
  });
});

test('masks an error without a code, from a subgraph or from the gateway', () => {
  for (const extensions of [{}, { serviceName: 'orders' }]) {
    expect(toPublicError({ message: 'secret', extensions }, traceId, silent).extensions).toEqual(fault);
  }
});

test('a code that the gateway and subgraphs both answer has one message', () => {
  const common = Object.entries(platformCodes).filter(([code]) => Object.hasOwn(gatewayCodes, code));
  expect(common.map(([code]) => code)).toEqual([
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'BAD_USER_INPUT',
    'SUBGRAPH_UNAVAILABLE',
    'OVERLOADED',
    'INTERNAL_SERVER_ERROR',
  ]);
  expect(gatewayCodes).toMatchObject(Object.fromEntries(common));
});

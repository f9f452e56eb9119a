import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { Execute } from '../../../platform/calls/call.ts';
import { type OpenedDataSource, openDataSource } from '../../../platform/database/data-source.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import { createOperationRunner } from '../../../platform/subgraph/operation-runner.ts';
import { buildExecutableSchema } from '../../../platform/subgraph/schema.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { cloneDatabase } from '../../support/databases.ts';

const traceId = 'a'.repeat(32);
const typed = 'what-somebody-typed';

const sdl = `
  enum Colour { RED }
  type Query {
    ok: String
    sql: String
    violation: String
    thrown: String
    text: String
    missing: String!
    list: [String]
    colour: Colour
    number: Int
    refused: String
    wanting(count: Int!): String
  }`;

const resolvers = {
  Query: {
    ok: () => 'fine',
    sql: (_root: unknown, _args: unknown, { db }: Context) =>
      db.query('SELECT * FROM secret_table WHERE name = $1', [typed]),
    violation: async (_root: unknown, _args: unknown, { db }: Context) => {
      const insert = `INSERT INTO accounts.account (id, email, name, roles, password_hash) VALUES ($1, $2, $2, '{}', $2)`;
      for (const id of [newId(), newId()]) await db.query(insert, [id, `${typed}@example.com`]);
    },
    thrown: () => {
      throw new Error(`a path like /etc/secret and ${typed}`);
    },
    text: () => Promise.reject('thrown as text'),
    missing: () => null,
    list: () => ['a', new Error('inside a list'), 'c'],
    colour: () => 'INFRARED',
    number: () => 'no number',
    refused: () => {
      throw new Refusal('NO_LUCK', 'Not today.', { limit: 3, code: 'SHADOWED' });
    },
    wanting: () => 'never',
  },
};

let logged = '';
let execute: Execute;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let opened: OpenedDataSource;

beforeAll(async () => {
  database = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' });
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      logged += chunk;
      done();
    },
  });
  const log = openLog(readEnvironment({ LOG_LEVEL: 'debug' }), 'accounts', sink);
  opened = await openDataSource({
    subgraph: 'accounts',
    url: database.urls.runtime,
    tables: [],
    migrations: [],
    poolSize: 2,
    log,
  });
  const peer = () => Promise.reject(new Error('this subgraph has no peers'));
  execute = createOperationRunner(buildExecutableSchema(sdl, resolvers), {
    db: opened.db,
    log,
    peer,
    crashPoint: () => {},
    endSignal: new AbortController().signal,
    own: undefined,
    publishChange: () => {},
    openBatches: new Map(),
  });
});

afterAll(async () => {
  await opened.db.destroy();
  await database.drop();
});

beforeEach(() => {
  logged = '';
});

function ask(query: string, variables = {}) {
  return execute(
    { query, variables },
    { viewer: { kind: 'anonymous' }, signal: AbortSignal.timeout(10_000), traceId },
  );
}

function fault(...path: (string | number)[]) {
  return {
    message: 'An internal error occurred.',
    path,
    extensions: { code: 'INTERNAL_SERVER_ERROR', traceId },
  };
}

test.each(['sql', 'violation', 'thrown', 'text', 'colour', 'number'])(
  'answers a fault in "%s" with the trace id only, and still returns the other fields',
  async (field) => {
    expect(await ask(`{ ok ${field} }`)).toEqual({
      data: { ok: 'fine', [field]: null },
      errors: [fault(field)],
    });
  },
);

test('answers null for a non-null field as a fault', async () => {
  expect(await ask('{ ok missing }')).toEqual({ data: null, errors: [fault('missing')] });
});

test('names the index of a fault in a list', async () => {
  expect(await ask('{ list }')).toEqual({ data: { list: ['a', null, 'c'] }, errors: [fault('list', 1)] });
});

test('logs a fault with its cause and the trace id that the client gets', async () => {
  await ask('{ thrown }');
  const line = JSON.parse(logged.trim());
  expect(line).toMatchObject({
    level: 50,
    name: 'accounts',
    traceId,
    path: ['thrown'],
    err: { type: 'Error' },
  });
  expect(line.err.stack).toContain('public-errors.test.ts');
});

test.each(['sql', 'violation'])('logs the statement of "%s" and never its parameters', async (field) => {
  await ask(`{ ${field} }`);
  expect(logged).toMatch(field === 'sql' ? /secret_table/ : /account_email_key/);
  expect(logged).not.toContain(typed);
});

test('returns a refusal with its code, message and details, and logs nothing', async () => {
  expect(await ask('{ refused }')).toEqual({
    data: { refused: null },
    errors: [{ message: 'Not today.', path: ['refused'], extensions: { code: 'NO_LUCK', limit: 3 } }],
  });
  expect(logged).toBe('');
});

test.each([
  ['{ ok', 'GRAPHQL_PARSE_FAILED', 'Syntax Error'],
  ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field "nothing"'],
  ['query ($count: Int!) { wanting(count: $count) }', 'BAD_USER_INPUT', '"$count" of required type "Int!"'],
  ['query A { ok } query B { ok }', 'BAD_USER_INPUT', 'Must provide operation name'],
  [`{ ${'ok '.repeat(10_001)}}`, 'GRAPHQL_PARSE_FAILED', '10000 tokens'],
])('reports what is wrong with the operation: %.50s', async (query, code, message) => {
  const { errors } = await ask(query);
  expect(errors).toEqual([{ message: expect.stringContaining(message), extensions: { code } }]);
  expect(logged).toBe('');
});

test('does not start an operation whose caller has gone', async () => {
  const call = {
    viewer: { kind: 'anonymous' } as const,
    signal: AbortSignal.abort(new Error('gone')),
    traceId,
  };
  await expect(execute({ query: '{ ok }' }, call)).rejects.toThrow('gone');
});

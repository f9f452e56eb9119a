// The audit line of a mutation that staff may run: caller, name, ids and outcome, and no text that a person typed.
import { execute, parse } from 'graphql';
import { QueryFailedError } from 'typeorm';
import { describe, expect, test } from 'vitest';
import { anonymous, type Viewer } from '../../../platform/identity/viewer.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';
import { buildExecutableSchema } from '../../../platform/subgraph/schema.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { customer, service, staff } from '../../support/viewers.ts';

const traceId = 'a'.repeat(32);
const rejected = new QueryFailedError(
  'UPDATE',
  [],
  Object.assign(new Error('a NUL character'), { code: '22021' }),
);
const causes: Record<string, unknown> = {
  gone: new Refusal('THING_NOT_FOUND', 'There is no such thing.'),
  broken: new Error('a secret of the database'),
  nul: rejected,
};

const sdl = `
  directive @auth(allow: [String!]!) on FIELD_DEFINITION
  type Query { thing: Thing }
  type Thing { id: ID! }
  input Part { partId: ID!, note: String }
  input NewThing { name: String!, parts: [Part!]! }
  type Mutation {
    changeThing(thingId: ID!, name: String): Thing @auth(allow: ["staff"])
    createThing(input: NewThing!): Thing @auth(allow: ["service:shop", "staff"])
    fail(how: String!): Thing @auth(allow: ["staff"])
    like(thingId: ID!): Thing @auth(allow: ["account"])
  }`;

async function run(mutation: string, viewer: Viewer, level = 'info', id = newId()) {
  const lines: string[] = [];
  const log = openLog(readEnvironment({ LOG_LEVEL: level }), 'things', { write: (line) => lines.push(line) });
  const schema = buildExecutableSchema(sdl, {
    Mutation: {
      changeThing: async (_root: unknown, { thingId }: { thingId: string }) => ({ id: thingId }),
      createThing: () => ({ id }),
      fail: (_root: unknown, { how }: { how: string }) => {
        throw causes[how];
      },
      like: (_root: unknown, { thingId }: { thingId: string }) => ({ id: thingId }),
    },
  });
  const document = parse(`mutation { ${mutation} { id } }`);
  const { data, errors } = await execute({ schema, document, contextValue: { viewer, log, traceId } });
  const audited = lines.map((line) => JSON.parse(line)).filter(({ audit }) => audit === true);
  return { data, errors, audited };
}

describe('a mutation that staff may run', () => {
  test('writes who, what, on which ids, the outcome and the trace', async () => {
    const viewer = staff();
    const id = newId();
    const { data, audited } = await run(`changeThing(thingId: "${id}", name: "Ada")`, viewer);
    expect(data).toEqual({ changeThing: { id } });
    const { accountId, sessionId } = viewer as Extract<Viewer, { kind: 'account' }>;
    expect(audited).toEqual([
      expect.objectContaining({
        level: 30,
        name: 'things',
        audit: true,
        by: { accountId, sessionId },
        act: 'changeThing',
        on: { thingId: id },
        outcome: 'ok',
        traceId,
      }),
    ]);
    expect(JSON.stringify(audited)).not.toContain('Ada');
  });

  test('writes the ids of lists and inputs, and of what was created', async () => {
    const [first, second, id] = [newId(), newId(), newId()];
    const parts = `[{ partId: "${first}", note: "typed" }, { partId: "${second}" }]`;
    const { audited } = await run(
      `createThing(input: { name: "typed", parts: ${parts} })`,
      staff(),
      'info',
      id,
    );
    expect(audited[0].on).toEqual({ partId: [first, second], id });
    expect(JSON.stringify(audited)).not.toContain('typed');
  });

  test('writes no id that is not a UUID, because a person may have typed it', async () => {
    const { audited } = await run('changeThing(thingId: "ada@example.com")', staff());
    expect(audited[0].on).toEqual({});
  });

  test.each([
    ['gone', 'THING_NOT_FOUND'],
    ['broken', 'INTERNAL_SERVER_ERROR'],
    ['nul', 'BAD_USER_INPUT'],
  ])('writes the code with which it fails: %s', async (how, outcome) => {
    const { errors, audited } = await run(`fail(how: "${how}")`, staff());
    expect(errors?.[0]?.originalError).toBe(causes[how]);
    expect(audited).toEqual([expect.objectContaining({ act: 'fail', outcome })]);
    expect(JSON.stringify(audited)).not.toContain('secret');
  });

  test.each([
    [customer(), { accountId: expect.any(String), sessionId: expect.any(String) }, 'FORBIDDEN'],
    [service('payments'), { service: 'payments' }, 'FORBIDDEN'],
    [anonymous, { caller: 'anonymous' }, 'UNAUTHENTICATED'],
  ])('writes what @auth refuses: %j', async (viewer, by, outcome) => {
    const thingId = newId();
    const { data, audited } = await run(`changeThing(thingId: "${thingId}")`, viewer as Viewer);
    expect(data).toEqual({ changeThing: null });
    expect(audited).toEqual([expect.objectContaining({ by, on: { thingId }, outcome })]);
  });

  test('writes the line at every level but silent', async () => {
    const lines = (level: string) => run(`changeThing(thingId: "${newId()}")`, staff(), level);
    expect((await lines('fatal')).audited).toHaveLength(1);
    expect((await lines('silent')).audited).toHaveLength(0);
  });
});

test('a mutation for all accounts writes no such line, also when a member of staff runs it', async () => {
  expect((await run(`like(thingId: "${newId()}")`, staff())).audited).toEqual([]);
});

import { expect, test } from 'vitest';
import type { Call, Execute } from '../../../platform/calls/call.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import { createOperationRunner } from '../../../platform/subgraph/operation-runner.ts';
import { buildCheckedSchema, buildExecutableSchema } from '../../../platform/subgraph/schema.ts';
import { createSwappableExecutor } from '../../../platform/subgraph/swappable-executor.ts';
import { silent } from '../../support/silent-log.ts';

const resolvers = {
  Query: { hello: () => 'hello', old: () => 'old', slow: (): unknown => slow.promise },
  Mutation: { count: () => ++counted },
};
let counted = 0;
let slow = Promise.withResolvers<string>();

const ctx = { log: silent, crashPoint: () => {} } as unknown as Context;
const startSchema = buildExecutableSchema('type Query { hello: String }', resolvers);
const schemaOf = (sdl: string) =>
  buildCheckedSchema({ sdl, file: 'schema.graphql' }, { resolvers }, startSchema);
const executeOf = (sdl: string): Execute => createOperationRunner(schemaOf(sdl), ctx);
const call: Call = { viewer: anonymous, signal: new AbortController().signal, traceId: 'a'.repeat(32) };

function problemsOf(sdl: string): unknown {
  try {
    return schemaOf(sdl);
  } catch (cause) {
    return (cause as { problems: unknown }).problems;
  }
}

test('reports the line at which a changed schema does not parse, is not valid, or has no resolver', () => {
  expect(problemsOf('type Query {\n  hello: \n}')).toEqual([
    expect.stringMatching(/^schema\.graphql:3: Syntax Error: .+\. Correct the SDL there\.$/),
  ]);
  expect(problemsOf('type Query {\n  hello: Nowhere\n  old: Nothing\n}')).toEqual([
    'schema.graphql:2: Unknown type "Nowhere". Correct the SDL there.',
    'schema.graphql:3: Unknown type "Nothing". Did you mean "String"? Correct the SDL there.',
  ]);
  expect(
    problemsOf('type Query {\n  hello: String\n  fresh: String\n}\ntype Mutation { other: Int }'),
  ).toEqual([
    expect.stringMatching(
      /^schema\.graphql:3: Query\.fresh has no resolver\. Write it, and start again: .+\.$/,
    ),
    expect.stringMatching(/^schema\.graphql:5: Mutation\.other has no resolver\./),
  ]);
});

test('a running operation continues, and the previous schema still executes its own operations for a limited time', async () => {
  slow = Promise.withResolvers();
  const { execute, replace } = createSwappableExecutor(
    executeOf('type Query { slow: String old: String }'),
    200,
  );
  const running = execute({ query: '{ slow }' }, call);
  replace(executeOf('type Query { hello: String }'));
  expect(await execute({ query: '{ hello }' }, call)).toEqual({ data: { hello: 'hello' } });
  expect(await execute({ query: '{ old }' }, call)).toEqual({ data: { old: 'old' } });
  slow.resolve('at last');
  expect(await running).toEqual({ data: { slow: 'at last' } });
  const codeOf = async () => (await execute({ query: '{ old }' }, call)).errors?.[0]?.extensions?.code;
  await expect.poll(codeOf).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('a mutation that is valid in both schemas is executed once', async () => {
  const sdl = 'type Query { hello: String } type Mutation { count: Int }';
  const { execute, replace } = createSwappableExecutor(executeOf(sdl), 1_000);
  replace(executeOf(sdl));
  await execute({ query: 'mutation { count }' }, call);
  await execute({ query: 'mutation { count nothing }' }, call);
  expect(counted).toBe(1);
});

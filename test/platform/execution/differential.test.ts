// Compares compiled execution with graphql-js for thousands of random operations, over a schema with every kind of type and over
// the schemas of the four subgraphs. Both must give the same data in the same order and the same errors, and must call the same
// resolvers with the same arguments and info, in the same order and at the same moments.
import { readFileSync } from 'node:fs';
import {
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  isUnionType,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileDocument } from '../../../platform/execution/execution.ts';
import { anonymous, type Viewer } from '../../../platform/identity/viewer.ts';
import { readSchema, readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { asAccountId, asSessionId } from '../../../platform/values/ids.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { makeUpOperation } from './made-up-operation.ts';
import { newWorld, type World, worldSchema } from './world.ts';

/** A different number gives different operations. */
const seed = 20_261_204;

const map = readSupergraphMap();
const everyKind = readFileSync(new URL('every-kind.graphql', import.meta.url), 'utf8');
const graphs = [
  { name: 'every kind of type', sdl: everyKind, operations: 1500 },
  ...map.subgraphs.map((entry) => ({ name: entry.name, sdl: readSchema(map, entry), operations: 200 })),
];

const viewers: readonly Viewer[] = [
  anonymous,
  { kind: 'account', accountId: asAccountId('a'), sessionId: asSessionId('s'), roles: ['CUSTOMER', 'STAFF'] },
  { kind: 'service', name: 'purchases' },
];

/** When a non-null item of a list fails, graphql-js leaves rejected promises unhandled. Compiled execution leaves none. */
let isCompiled = false;
const unhandled: unknown[] = [];
const listeners = process.listeners('unhandledRejection');
const addRejection = (cause: unknown) => (isCompiled ? unhandled.push(cause) : undefined);
beforeAll(() => {
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', addRejection);
});
afterAll(() => {
  process.off('unhandledRejection', addRejection);
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

for (const { name, sdl, operations } of graphs)
  test(`responds as graphql-js does (${name}, seed ${seed})`, { timeout: 60_000 }, async () => {
    const schema = worldSchema(sdl);
    const random = createRandom(seed).fork(name);
    const seen = { compiled: 0, failed: 0, waited: 0 };
    for (let count = 0; count < operations; count += 1) {
      const { text, variables } = nextOperation(schema, random);
      const document = parse(text);
      const viewer = random.pick(viewers);
      const reasons: string[] = [];
      const execution = compileDocument(schema, document, (reason) => {
        reasons.push(reason);
        isCompiled = false;
      });
      const args = (contextValue: World) => ({ contextValue, variableValues: variables });
      const expected = await observe(newWorld(schema, count, viewer), (world) =>
        execute({ schema, document, ...args(world) }),
      );
      isCompiled = true;
      const found = await observe(newWorld(schema, count, viewer), (world) => execution(args(world)));
      isCompiled = false;
      expect(found, `${text} ${JSON.stringify(variables)}`).toEqual(expected);
      if (reasons.length === 0) seen.compiled += 1;
      else expect(reasons, text).toEqual(['a condition is null']);
      if (expected.errors.length > 0) seen.failed += 1;
      if (expected.log.some((entry) => entry.startsWith('arrived'))) seen.waited += 1;
    }
    expect(unhandled).toEqual([]);
    // The difficult cases must have occurred often.
    expect(seen.compiled).toBeGreaterThan(operations * 0.9);
    expect(seen.failed).toBeGreaterThan(operations / 5);
    expect(seen.waited).toBeGreaterThan(operations / 5);
  });

function nextOperation(schema: GraphQLSchema, random: Random) {
  const { QUERY, MUTATION } = OperationTypeNode;
  const entities = schema.getType('_Entity');
  const known = (isUnionType(entities) ? entities.getTypes() : []).flatMap(({ name: __typename }) =>
    [1, 2, 3].map((id) => ({ __typename, id: `id-${id}` })),
  );
  const unknown = [{ __typename: 'NoSuchType' }, { id: 'of no type' }];
  const kind = random.pick([QUERY, QUERY, MUTATION]);
  const made = makeUpOperation(schema, random, kind, ({ pick }) => pick<unknown>([...known, ...unknown]));
  expect(validate(schema, parse(made.text)), made.text).toEqual([]);
  return made;
}

/** Executes in a world, and returns all that can be observed. Promised values arrive one by one, each when no code is left to run. */
async function observe(world: World, begin: (world: World) => ExecutionResult | Promise<ExecutionResult>) {
  const begun = begin(world);
  let result: ExecutionResult | undefined;
  const done = Promise.resolve(begun).then((answer) => {
    result = answer;
  });
  await idle();
  while (result === undefined) {
    const next = world.promised.sort((one, other) => (one.where < other.where ? -1 : 1)).shift();
    if (next === undefined) throw new Error('the execution has not ended, and no promise is open');
    next.arrive();
    await idle();
  }
  await done;
  // A value that arrives after the response must not change it.
  for (const { arrive } of world.promised) arrive();
  await idle();
  const { data, errors = [] } = result as ExecutionResult;
  return {
    isAtOnce: !(begun instanceof Promise),
    data: data === undefined ? 'none' : JSON.stringify(data),
    // Errors are sorted: errors of one moment have the order in which promises around them resolve, and compiled execution has
    // fewer promises.
    errors: errors.map(describeError).sort(),
    log: world.log,
  };
}

const idle = () => new Promise((resolve) => setImmediate(resolve));

function describeError({ message, path, locations, extensions, originalError }: GraphQLError): string {
  const isOwn = originalError instanceof GraphQLError || originalError === undefined;
  const cause = isOwn ? 'none' : `${originalError.name} ${Object.entries(originalError).join()}`;
  return JSON.stringify([path, message, locations, extensions, cause]);
}

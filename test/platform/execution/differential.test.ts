// What is compiled answers as graphql-js's own execution does, which is the measure here: for thousands of operations made up over a
// schema with every kind of type and over the four subgraphs' own. The same data in the same order, the same errors, and the
// same resolvers called with the same arguments and info, in the same order and at the same moments.
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
import { executionOf } from '../../../platform/execution/execution.ts';
import { anonymous, type Viewer } from '../../../platform/identity/viewer.ts';
import { readSchema, readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { asAccountId, asSessionId } from '../../../platform/values/ids.ts';
import { type Random, randomFrom } from '../../faults/random.ts';
import { makeUpOperation } from './made-up-operation.ts';
import { newWorld, type World, worldSchema } from './world.ts';

/** Another number, other operations. */
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

/** graphql-js leaves promises that nobody handles when an item fails that may not be null. What is compiled leaves none. */
let isCompiled = false;
const leftBehind: unknown[] = [];
const alarms = process.listeners('unhandledRejection');
const noted = (cause: unknown) => (isCompiled ? leftBehind.push(cause) : undefined);
beforeAll(() => {
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', noted);
});
afterAll(() => {
  process.off('unhandledRejection', noted);
  for (const alarm of alarms) process.on('unhandledRejection', alarm);
});

for (const { name, sdl, operations } of graphs)
  test(`answers as graphql-js does (${name}, seed ${seed})`, { timeout: 60_000 }, async () => {
    const schema = worldSchema(sdl);
    const random = randomFrom(seed).fork(name);
    const seen = { compiled: 0, failed: 0, waited: 0 };
    for (let count = 0; count < operations; count += 1) {
      const { text, variables } = nextOperation(schema, random);
      const document = parse(text);
      const viewer = random.pick(viewers);
      const reasons: string[] = [];
      const execution = executionOf(schema, document, (reason) => {
        reasons.push(reason);
        isCompiled = false;
      });
      const args = (contextValue: World) => ({ contextValue, variableValues: variables });
      const expected = await told(newWorld(schema, count, viewer), (world) =>
        execute({ schema, document, ...args(world) }),
      );
      isCompiled = true;
      const found = await told(newWorld(schema, count, viewer), (world) => execution(args(world)));
      isCompiled = false;
      expect(found, `${text} ${JSON.stringify(variables)}`).toEqual(expected);
      if (reasons.length === 0) seen.compiled += 1;
      else expect(reasons, text).toEqual(['a condition is null']);
      if (expected.errors.length > 0) seen.failed += 1;
      if (expected.log.some((entry) => entry.startsWith('arrived'))) seen.waited += 1;
    }
    expect(leftBehind).toEqual([]);
    // What is hard to get right must have come up often.
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

/** All that can be told of an execution in this world. What it waits for arrives one by one, each when all is quiet. */
async function told(world: World, begin: (world: World) => ExecutionResult | Promise<ExecutionResult>) {
  const begun = begin(world);
  let result: ExecutionResult | undefined;
  const done = Promise.resolve(begun).then((answer) => {
    result = answer;
  });
  await quiet();
  while (result === undefined) {
    const next = world.promised.sort((one, other) => (one.where < other.where ? -1 : 1)).shift();
    if (next === undefined) throw new Error('it waits for nothing');
    next.arrive();
    await quiet();
  }
  await done;
  // What nobody waits for any more changes nothing.
  for (const { arrive } of world.promised) arrive();
  await quiet();
  const { data, errors = [] } = result as ExecutionResult;
  return {
    isAtOnce: !(begun instanceof Promise),
    data: data === undefined ? 'none' : JSON.stringify(data),
    // Errors of one moment come in the order in which promises around them are resolved, and here there are fewer of those.
    errors: errors.map(toldOf).sort(),
    log: world.log,
  };
}

const quiet = () => new Promise((resolve) => setImmediate(resolve));

function toldOf({ message, path, locations, extensions, originalError }: GraphQLError): string {
  const isOwn = originalError instanceof GraphQLError || originalError === undefined;
  const cause = isOwn ? 'none' : `${originalError.name} ${Object.entries(originalError).join()}`;
  return JSON.stringify([path, message, locations, extensions, cause]);
}

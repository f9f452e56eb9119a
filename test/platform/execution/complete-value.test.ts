import { buildSchema, type GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import {
  buildListCompleter,
  buildObjectCompleter,
  buildPositionCompleter,
  buildSelectionSet,
  buildSerialSelectionSet,
  type CompleteValue,
  type ExecuteField,
} from '../../../platform/execution/complete-value.ts';
import { ExecutionState } from '../../../platform/execution/execution-state.ts';
import { Pending } from '../../../platform/execution/pending.ts';

const path = { prev: undefined, key: 'field', typename: 'Query' };
const errorContext = { name: 'Query.field', nodes: [] };
const asText: CompleteValue = (_state, value) => `completed ${value}`;
const nullable = buildPositionCompleter(asText, errorContext, false);
const nonNull = buildPositionCompleter(asText, errorContext, true);

const newState = () => new ExecutionState({}, {});
const messages = ({ errors }: ExecutionState) => errors.map(({ message }) => message);

/** The outcome of a completion, at once or later. */
async function outcome(complete: () => unknown): Promise<unknown> {
  const value = complete();
  return value instanceof Pending ? new Promise((resolve, reject) => value.listen(resolve, reject)) : value;
}

const missing = 'Cannot return null for non-nullable field Query.field.';
const failing = () => Promise.reject(new Error('rejected'));

test.each<[string, () => unknown, string | null, string[]]>([
  ['a value', () => 1, 'completed 1', []],
  ['a promised value', async () => 1, 'completed 1', []],
  ['null', () => null, null, []],
  ['undefined', () => undefined, null, []],
  ['a promised null', async () => null, null, []],
  ['an error that is returned', () => new Error('returned'), null, ['returned']],
  ['an error that is promised', async () => new Error('promised'), null, ['promised']],
  ['a promise that rejects', failing, null, ['rejected']],
])('a nullable position completes %s', async (_what, value, expected, errors) => {
  const state = newState();
  expect(await outcome(() => nullable(state, value(), path, undefined))).toBe(expected);
  expect(messages(state)).toEqual(errors);
});

test.each<[string, () => unknown, string]>([
  ['null', () => null, missing],
  ['undefined', () => undefined, missing],
  ['a promised null', async () => null, missing],
  ['an error that is returned', () => new Error('returned'), 'returned'],
  ['a promise that rejects', failing, 'rejected'],
])('a non-null position throws for %s, and leaves the error to its parent', async (_what, value, message) => {
  const state = newState();
  await expect(outcome(() => nonNull(state, value(), path, undefined))).rejects.toThrow(message);
  expect(state.errors).toEqual([]);
});

test('a list starts all items before it awaits one, and keeps their order', async () => {
  const started: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  const completeItem: CompleteValue = (state, value, itemPath, info) => {
    started.push(itemPath.key);
    return nullable(state, value, itemPath, info);
  };
  const list = buildListCompleter(completeItem, errorContext)(
    newState(),
    [promise, 2, Promise.resolve(3)],
    path,
    undefined,
  );
  expect(started).toEqual([0, 1, 2]);
  const settled = outcome(() => list);
  resolve('1');
  expect(await settled).toEqual(['completed 1', 'completed 2', 'completed 3']);
});

test('a list may be any iterable object, and nothing else', async () => {
  const complete = buildListCompleter(nullable, errorContext);
  expect(complete(newState(), new Set([1, 2]), path, undefined)).toEqual(['completed 1', 'completed 2']);
  expect(complete(newState(), [], path, undefined)).toEqual([]);
  for (const value of ['text', 7, {}])
    expect(() => complete(newState(), value, path, undefined)).toThrow(
      'Expected Iterable, but did not find one for field "Query.field".',
    );
});

test('an error of a nullable item is at the index of the item', async () => {
  const state = newState();
  const list = await outcome(() =>
    buildListCompleter(nullable, errorContext)(state, [1, failing()], path, undefined),
  );
  expect(list).toEqual(['completed 1', null]);
  expect(state.errors.map((error) => error.path)).toEqual([['field', 1]]);
});

/** A field that notes when it starts, and takes a turn of the event loop. */
const slowField =
  (name: string, log: string[]): ExecuteField =>
  () => {
    log.push(`start ${name}`);
    const later = new Promise((resolve) => setImmediate(resolve, name));
    const end = (value: unknown) => {
      log.push(`end ${name}`);
      return value;
    };
    return Pending.fromPromise(later, end, (cause) => cause);
  };

test('fields of a query run concurrently, fields of a mutation one after the other', async () => {
  const run = async (build: typeof buildSelectionSet) => {
    const log: string[] = [];
    const fields = ['a', 'b'].map((key) => ({ key, execute: slowField(key, log) }));
    const result = await outcome(() => build(fields)(newState(), undefined, undefined));
    return { result, log };
  };
  const result = { a: 'a', b: 'b' };
  expect(await run(buildSelectionSet)).toEqual({ result, log: ['start a', 'start b', 'end a', 'end b'] });
  expect(await run(buildSerialSelectionSet)).toEqual({
    result,
    log: ['start a', 'end a', 'start b', 'end b'],
  });
});

test('a field that throws fails its object only when the fields before it have ended', async () => {
  const log: string[] = [];
  const broken = () => {
    throw new Error('broken');
  };
  const object = buildSelectionSet([
    { key: 'a', execute: slowField('a', log) },
    { key: 'b', execute: broken },
    { key: 'c', execute: slowField('c', log) },
  ]);
  await expect(outcome(() => object(newState(), undefined, undefined))).rejects.toThrow('broken');
  expect(log, 'a field after the broken one does not start').toEqual(['start a', 'end a']);
  expect(() => buildSelectionSet([{ key: 'b', execute: broken }])(newState(), undefined, undefined)).toThrow(
    'broken',
  );
});

test('a response key `__proto__` becomes a property and changes no prototype', () => {
  const fields = [{ key: '__proto__', execute: () => ({ polluted: true }) }];
  for (const build of [buildSelectionSet, buildSerialSelectionSet]) {
    const result = build(fields)(newState(), undefined, undefined) as object;
    expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  }
});

test('an object type with isTypeOf refuses a value that is not of the type, at once or later', async () => {
  const type = buildSchema('type Dog { name: String } type Query { dog: Dog }').getType(
    'Dog',
  ) as GraphQLObjectType;
  const execute = () => 'executed';
  expect(buildObjectCompleter(type, execute, errorContext), 'without isTypeOf nothing is added').toBe(
    execute,
  );
  for (const isTypeOf of [(value: unknown) => value === 'Rex', async (value: unknown) => value === 'Rex']) {
    type.isTypeOf = isTypeOf;
    const complete = buildObjectCompleter(type, execute, errorContext);
    expect(await outcome(() => complete(newState(), 'Rex', path, undefined))).toBe('executed');
    await expect(outcome(() => complete(newState(), 'Tom', path, undefined))).rejects.toThrow(
      'Expected value of type "Dog" but got: "Tom".',
    );
  }
});

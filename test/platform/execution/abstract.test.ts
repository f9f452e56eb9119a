import { buildSchema, type GraphQLAbstractType, type GraphQLResolveInfo } from 'graphql';
import { expect, test } from 'vitest';
import { buildAbstractCompleter } from '../../../platform/execution/abstract.ts';
import type { CompleteValue } from '../../../platform/execution/complete-value.ts';
import { ExecutionState } from '../../../platform/execution/execution-state.ts';
import { Pending } from '../../../platform/execution/pending.ts';

const path = { prev: undefined, key: 'pet', typename: 'Query' };
const info = {} as GraphQLResolveInfo;

/** Completes a value of the interface Pet, whose type is what `resolveType` returns. */
function complete(resolveType: (value: unknown) => unknown, value: unknown = {}): unknown {
  const schema = buildSchema(`
    interface Pet { name: String }
    type Dog implements Pet { name: String }
    type Cat implements Pet { name: String }
    type Stone { name: String }
    type Query { pet: Pet }`);
  const type = schema.getType('Pet') as GraphQLAbstractType;
  type.resolveType = resolveType as never;
  const as =
    (name: string): CompleteValue =>
    (_state, completed) => [name, completed];
  const byName = new Map([
    ['Dog', as('Dog')],
    ['Cat', as('Cat')],
  ]);
  const completer = buildAbstractCompleter(schema, type, byName, { name: 'Query.pet', nodes: [] });
  return completer(new ExecutionState({}, {}), value, path, info);
}

test('completes a value as the object type that the schema finds for it, at once or later', async () => {
  const cat = { name: 'Tom' };
  expect(complete(() => 'Cat', cat)).toEqual(['Cat', cat]);
  const pending = complete(async () => 'Dog', cat);
  expect(pending).toBeInstanceOf(Pending);
  expect(await new Promise((resolve, reject) => (pending as Pending).listen(resolve, reject))).toEqual([
    'Dog',
    cat,
  ]);
});

const prefix = 'Abstract type "Pet" must resolve to an Object type at runtime for field "Query.pet"';
const wrongTypes: [unknown, string][] = [
  [
    undefined,
    `${prefix}. Either the "Pet" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
  ],
  [7, `${prefix} with value { bone: true }, received "7".`],
  ['Stone', 'Runtime Object type "Stone" is not a possible type for "Pet".'],
  ['String', 'Abstract type "Pet" was resolved to a non-object type "String".'],
  [
    'NoSuchType',
    'Abstract type "Pet" was resolved to a type "NoSuchType" that does not exist inside the schema.',
  ],
];

test.each(wrongTypes)(
  'throws the message of graphql-js for the type %s, at once or later',
  async (name, message) => {
    const value = { bone: true };
    expect(() => complete(() => name, value)).toThrow(message);
    const pending = complete(async () => name, value) as Pending;
    await expect(new Promise((resolve, reject) => pending.listen(resolve, reject))).rejects.toThrow(message);
  },
);

test('throws for an object type in place of its name', () => {
  const stone = buildSchema('type Stone { name: String } type Query { a: Int }').getType('Stone');
  expect(() => complete(() => stone)).toThrow('please return type name instead.');
});

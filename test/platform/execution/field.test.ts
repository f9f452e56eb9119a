import {
  buildSchema,
  type FieldNode,
  type GraphQLResolveInfo,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import type { CompleteValue } from '../../../platform/execution/complete-value.ts';
import { ExecutionState } from '../../../platform/execution/execution-state.ts';
import { buildField } from '../../../platform/execution/field.ts';
import { getPlainKind } from '../../../platform/execution/leaf.ts';
import { required } from '../../support/required.ts';

const schema = buildSchema('type Query { name: String, size(unit: Int!): String }');
const parentType = required(schema.getQueryType(), 'the schema has it');

interface Setting {
  resolve?: (source: unknown, args: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;
  isNonNull?: boolean;
  needsInfo?: boolean;
}

/** Builds the field of the text. Its completer returns what it was given. */
function fieldOf(text: string, { resolve, isNonNull = false, needsInfo = false }: Setting = {}) {
  const operation = parse(text).definitions[0] as OperationDefinitionNode;
  const node = operation.selectionSet.selections[0] as FieldNode;
  const declared = required(parentType.getFields()[node.name.value], 'the type has the field');
  const complete: CompleteValue = (_state, value, path, info) => ({ value, path, info });
  const execute = buildField({
    key: node.alias?.value ?? node.name.value,
    parentType,
    definition: { ...declared, resolve: resolve as never },
    nodes: [node],
    document: { schema, fragments: {}, operation },
    isNonNull,
    complete,
    needsInfo,
    plainKind: getPlainKind(declared.type),
  });
  const state = new ExecutionState('the context', {});
  const parentPath = { prev: undefined, key: 'parent', typename: 'Query' };
  return { state, execute: (source: unknown) => execute(state, source, parentPath) };
}

const path = { prev: { prev: undefined, key: 'parent', typename: 'Query' }, key: 'name', typename: 'Query' };

test('a property that needs no conversion is the value of the field', () => {
  expect(fieldOf('{ name }').execute({ name: 'Emma' })).toBe('Emma');
});

test('any other property is completed, with its path', () => {
  const { execute } = fieldOf('{ name }');
  expect(execute({ name: 7 })).toEqual({ value: 7, path, info: undefined });
  for (const source of [undefined, null, 'text', {}])
    expect(execute(source)).toEqual({ value: undefined, path, info: undefined });
  expect(fieldOf('{ alias: name }').execute({ name: 7 })).toMatchObject({ path: { key: 'alias' } });
});

test('a completer receives the info only when it needs one', () => {
  const { execute } = fieldOf('{ name }', { needsInfo: true });
  expect(execute({ name: 7 })).toMatchObject({ info: { fieldName: 'name', path } });
});

test('a property that is a function is called as a method, with arguments, context and info', () => {
  const source = {
    size(args: object, context: unknown, info: GraphQLResolveInfo) {
      return [this === source, args, context, info.fieldName];
    },
  };
  expect(fieldOf('{ size(unit: 3) }').execute(source)).toMatchObject({
    value: [true, { unit: 3 }, 'the context', 'size'],
  });
});

test('a resolver is called with source, arguments, context and info', () => {
  const resolve: Setting['resolve'] = (source, args, context, info) => [
    source,
    args,
    context,
    info.fieldName,
  ];
  expect(fieldOf('{ size(unit: 3) }', { resolve }).execute('the source')).toMatchObject({
    value: ['the source', { unit: 3 }, 'the context', 'size'],
    path: { key: 'size' },
    info: { fieldName: 'size' },
  });
});

const broken = () => {
  throw new Error('broken');
};

test.each<[string, string, Setting, unknown]>([
  ['a resolver that throws', '{ name }', { resolve: broken }, {}],
  ['a getter that throws', '{ name }', {}, Object.defineProperty({}, 'name', { get: broken })],
  ['a method that throws', '{ name }', {}, { name: broken }],
])(
  'the error of %s makes a nullable field null, and a non-null one throw',
  (_what, text, setting, source) => {
    const field = fieldOf(text, setting);
    expect(field.execute(source)).toBeNull();
    expect(field.state.errors).toMatchObject([{ message: 'broken', path: ['parent', 'name'] }]);
    const strict = fieldOf(text, { ...setting, isNonNull: true });
    expect(() => strict.execute(source)).toThrow('broken');
    expect(strict.state.errors).toEqual([]);
  },
);

test('invalid arguments fail the field, also when a plain property needs none', () => {
  for (const setting of [{}, { resolve: () => 'resolved' }]) {
    const { execute, state } = fieldOf('{ size }', setting);
    expect(execute({ size: 'large' })).toBeNull();
    expect(state.errors).toMatchObject([
      { message: 'Argument "unit" of required type "Int!" was not provided.', path: ['parent', 'size'] },
    ]);
  }
});

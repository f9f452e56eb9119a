// Scalars and enums on their way out. What needs no conversion is told from its JavaScript type alone.
import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLOutputType,
  GraphQLString,
  getNullableType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';

/** Values of these JavaScript types are answered as they are; of numbers, integers of 32 bits. */
const kinds = new Map<unknown, 'string' | 'boolean' | 'number'>([
  [GraphQLString, 'string'],
  [GraphQLID, 'string'],
  [GraphQLBoolean, 'boolean'],
  [GraphQLInt, 'number'],
  [GraphQLFloat, 'number'],
]);

export type PlainKind = 'string' | 'boolean' | 'number' | undefined;

/** Undefined for types whose values are all converted. */
export function plainKindOf(type: GraphQLOutputType): PlainKind {
  return kinds.get(getNullableType(type));
}

export function isPlain(kind: PlainKind, value: unknown): boolean {
  const found = typeof value;
  return found === kind && (found !== 'number' || ((value as number) | 0) === value);
}

/** Of a value that is not null. Throws for what the type cannot be. */
export function serializer(type: GraphQLLeafType): (run: unknown, value: unknown) => unknown {
  const kind = plainKindOf(type);
  return (_run, value) => {
    if (isPlain(kind, value)) return value;
    const serialized = type.serialize(value);
    if (serialized !== null && serialized !== undefined) return serialized;
    const call = `${type.name}.serialize(${inspect(value)})`;
    throw new Error(`Expected \`${call}\` to return non-nullable value, returned: ${inspect(serialized)}`);
  };
}

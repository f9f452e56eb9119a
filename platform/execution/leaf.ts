// Completes values of scalars and enums. The JavaScript type alone shows whether a value of a built-in scalar needs a conversion.
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

/** Values of these JavaScript types need no conversion. Of numbers, that holds only for 32-bit integers. */
const plainKinds = new Map<unknown, 'string' | 'boolean' | 'number'>([
  [GraphQLString, 'string'],
  [GraphQLID, 'string'],
  [GraphQLBoolean, 'boolean'],
  [GraphQLInt, 'number'],
  [GraphQLFloat, 'number'],
]);

export type PlainKind = 'string' | 'boolean' | 'number' | undefined;

/** Undefined for a type whose values all need conversion. */
export function getPlainKind(type: GraphQLOutputType): PlainKind {
  return plainKinds.get(getNullableType(type));
}

export function isPlain(kind: PlainKind, value: unknown): boolean {
  const found = typeof value;
  return found === kind && (found !== 'number' || ((value as number) | 0) === value);
}

/** Completes values that are not null. Throws for a value that the type cannot represent. */
export function buildLeafCompleter(type: GraphQLLeafType): (state: unknown, value: unknown) => unknown {
  const kind = getPlainKind(type);
  return (_state, value) => {
    if (isPlain(kind, value)) return value;
    const serialized = type.serialize(value);
    if (serialized !== null && serialized !== undefined) return serialized;
    const call = `${type.name}.serialize(${inspect(value)})`;
    throw new Error(`Expected \`${call}\` to return non-nullable value, returned: ${inspect(serialized)}`);
  };
}

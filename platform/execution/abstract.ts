// Completes values of interfaces and unions: the functions of the schema find the object type of each value. Messages of errors
// are those of graphql-js, so that a log reads the same whichever of the two executed an operation.
import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { type CompleteValue, type ErrorContext, rethrow } from './complete-value.ts';
import { isPromise, Pending } from './pending.ts';

/** `byName`: the completer of each possible object type, by the name of the type. */
export function buildAbstractCompleter(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  byName: ReadonlyMap<unknown, CompleteValue>,
  errorContext: ErrorContext,
): CompleteValue {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const completeAs = (name: unknown, value: unknown): CompleteValue => {
    const complete = byName.get(name);
    if (complete === undefined) throw createTypeError(schema, type, name, value, errorContext);
    return complete;
  };
  return (state, value, path, info) => {
    const name: unknown = resolveType(value, state.context, info as GraphQLResolveInfo, type);
    return isPromise(name)
      ? Pending.fromPromise(
          name,
          (resolved) => completeAs(resolved, value)(state, value, path, info),
          rethrow,
        )
      : completeAs(name, value)(state, value, path, info);
  };
}

function createTypeError(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  name: unknown,
  value: unknown,
  { name: field, nodes }: ErrorContext,
): GraphQLError {
  const rule = `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}"`;
  if (name === null || name === undefined) {
    const either = `Either the "${type.name}" type should provide a "resolveType" function`;
    const message = `${rule}. ${either} or each possible type should provide an "isTypeOf" function.`;
    return new GraphQLError(message, { nodes });
  }
  if (isObjectType(name)) {
    const removed =
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0';
    return new GraphQLError(`${removed} please return type name instead.`);
  }
  if (typeof name !== 'string')
    return new GraphQLError(`${rule} with value ${inspect(value)}, received "${inspect(name)}".`);
  const found = schema.getType(name);
  if (isObjectType(found))
    return new GraphQLError(`Runtime Object type "${name}" is not a possible type for "${type.name}".`, {
      nodes,
    });
  const description = found
    ? `a non-object type "${name}"`
    : `a type "${name}" that does not exist inside the schema`;
  return new GraphQLError(`Abstract type "${type.name}" was resolved to ${description}.`, { nodes });
}

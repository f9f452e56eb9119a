// Interfaces and unions: the object type that a value is of, as the schema's own functions tell it.
import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { type Complete, rethrow, type Site } from './complete-value.ts';
import { isPromise, Pending } from './pending.ts';

/** `byName`: what completes a value of each object type that it may be of. */
export function abstractOf(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  byName: ReadonlyMap<unknown, Complete>,
  site: Site,
): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const completeAs = (name: unknown, value: unknown): Complete => {
    const complete = byName.get(name);
    if (complete === undefined) throw wrongType(schema, type, name, value, site);
    return complete;
  };
  return (run, value, path, info) => {
    const name: unknown = resolveType(value, run.context, info as GraphQLResolveInfo, type);
    return isPromise(name)
      ? Pending.of(name, (told) => completeAs(told, value)(run, value, path, info), rethrow)
      : completeAs(name, value)(run, value, path, info);
  };
}

/** The messages are graphql-js's, so that a log reads the same whoever executed. */
function wrongType(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  name: unknown,
  value: unknown,
  { name: field, nodes }: Site,
): GraphQLError {
  const must = `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}"`;
  if (name === null || name === undefined) {
    const either = `Either the "${type.name}" type should provide a "resolveType" function`;
    return new GraphQLError(
      `${must}. ${either} or each possible type should provide an "isTypeOf" function.`,
      {
        nodes,
      },
    );
  }
  if (isObjectType(name)) {
    const removed =
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0';
    return new GraphQLError(`${removed} please return type name instead.`);
  }
  if (typeof name !== 'string')
    return new GraphQLError(`${must} with value ${inspect(value)}, received "${inspect(name)}".`);
  const found = schema.getType(name);
  if (isObjectType(found))
    return new GraphQLError(`Runtime Object type "${name}" is not a possible type for "${type.name}".`, {
      nodes,
    });
  const what = found
    ? `a non-object type "${name}"`
    : `a type "${name}" that does not exist inside the schema`;
  return new GraphQLError(`Abstract type "${type.name}" was resolved to ${what}.`, { nodes });
}

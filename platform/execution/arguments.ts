// Coerces the arguments of a field. Arguments without variables are the same in every execution, so they are coerced once.
import { type FieldNode, type GraphQLField, getArgumentValues, Kind, type ValueNode } from 'graphql';
import type { ExecutionState } from './execution-state.ts';

export type Arguments = Record<string, unknown>;
/** Throws a GraphQLError for invalid arguments. Returns a new object in each call, because a resolver may change it. */
export type ReadArguments = (state: ExecutionState) => Arguments;

export function buildArgumentReader(field: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments {
  if (field.args.length === 0) return () => ({});
  const constant = node.arguments?.some(({ value }) => hasVariable(value))
    ? undefined
    : coerceConstants(field, node);
  if (constant !== undefined) return () => ({ ...constant });
  return (state) => getArgumentValues(field, node, state.variables);
}

/** Undefined for invalid arguments, which the execution reports, and for lists and objects, which one call could change for others. */
function coerceConstants(field: GraphQLField<unknown, unknown>, node: FieldNode): Arguments | undefined {
  try {
    const values = getArgumentValues(field, node);
    return Object.values(values).some((value) => typeof value === 'object' && value !== null)
      ? undefined
      : values;
  } catch {
    return undefined;
  }
}

function hasVariable(node: ValueNode): boolean {
  if (node.kind === Kind.VARIABLE) return true;
  if (node.kind === Kind.LIST) return node.values.some(hasVariable);
  return node.kind === Kind.OBJECT && node.fields.some(({ value }) => hasVariable(value));
}

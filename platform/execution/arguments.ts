// The arguments of a field. Those without variables are the same in every execution, so they are coerced once.
import { type FieldNode, type GraphQLField, getArgumentValues, Kind, type ValueNode } from 'graphql';
import type { Run } from './execution-state.ts';

export type Arguments = Record<string, unknown>;
/** Throws what is wrong with them. An object of its own for each call: a resolver may do with it what it likes. */
export type ArgumentsOf = (run: Run) => Arguments;

export function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): ArgumentsOf {
  if (field.args.length === 0) return () => ({});
  const constant = node.arguments?.some(({ value }) => hasVariable(value))
    ? undefined
    : constants(field, node);
  if (constant !== undefined) return () => ({ ...constant });
  return (run) => getArgumentValues(field, node, run.variables);
}

/** Undefined where they are wrong, which is for the execution to say, or hold something that one call could change for others. */
function constants(field: GraphQLField<unknown, unknown>, node: FieldNode): Arguments | undefined {
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

// What an operation selects of a type: fragments opened, fields of one name put together.
import {
  type FieldNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../fragments.ts';

/** By response key, in the order of the operation. The type is an object's, or all that is known of one. */
export function collectFields(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const opened = new Set<string>();
  const collect = (node: SelectionNode): void => {
    if (!isIncluded(node)) return;
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      const known = fields.get(key);
      if (known === undefined) fields.set(key, [node]);
      else known.push(node);
      return;
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      if (opened.has(node.name.value)) return;
      opened.add(node.name.value);
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (fragment === undefined || !doesConditionMatch(schema, fragment.typeCondition?.name.value, type))
      return;
    for (const inner of fragment.selectionSet.selections) collect(inner);
  };
  for (const set of sets) for (const node of set.selections) collect(node);
  return fields;
}

/** Conditions on variables have been decided by now (normalize/resolve-conditions.ts): what is left are constants. */
function isIncluded(node: SelectionNode): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node)?.if !== false;
}

function doesConditionMatch(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: GraphQLCompositeType,
): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = schema.getType(condition);
  return isAbstractType(wanted) && 'getFields' in type && schema.isSubType(wanted, type);
}

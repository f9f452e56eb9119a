// Collects the fields that an operation selects on a type, as CollectFields of the GraphQL specification does.
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

/** By response key, in the order of the operation. The type is that of an object, or an abstract type where no more is known. */
export function collectFields(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const visitedFragments = new Set<string>();
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
      if (visitedFragments.has(node.name.value)) return;
      visitedFragments.add(node.name.value);
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (fragment === undefined || !isConditionMet(schema, fragment.typeCondition?.name.value, type)) return;
    for (const inner of fragment.selectionSet.selections) collect(inner);
  };
  for (const set of sets) for (const node of set.selections) collect(node);
  return fields;
}

/** Only conditions with a constant are left: normalize/resolve-conditions.ts has resolved those with variables. */
function isIncluded(node: SelectionNode): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node)?.if !== false;
}

function isConditionMet(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: GraphQLCompositeType,
): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = schema.getType(condition);
  return isAbstractType(wanted) && 'getFields' in type && schema.isSubType(wanted, type);
}

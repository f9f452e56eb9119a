// The cache policy of an operation: the strictest hint of all its fields, also of those that @skip and @include leave out. It
// is computed for clients' operations and for fetches to subgraphs alike; graph-policies.ts computes each one once.
import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, indexFragments } from '../fragments.ts';
import { getEntityHint, getFieldHint, type Hint, pickStrictest, uncacheable } from './hints.ts';

export interface Policy {
  /** In whole seconds; 0 forbids caching. */
  maxAge: number;
  /** True when every field states that it is the same for all viewers. */
  isPublic: boolean;
}

/** For mutations, and for operations with a field that states nothing. */
export const uncacheablePolicy: Policy = Object.freeze({ maxAge: 0, isPublic: false });

/** Takes the supergraph's own schema, because a fetch also selects fields that clients cannot see. */
export function computePolicy(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Policy {
  const root = schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || root == null) return uncacheablePolicy;
  const walk: Walk = { schema, root, fragments: indexFragments(document), hint: undefined };
  visitSelections(walk, operation.selectionSet, root);
  if (walk.hint === undefined) return uncacheablePolicy;
  const { maxAge = 0, isPrivate, isStated } = walk.hint;
  return isStated ? { maxAge, isPublic: !isPrivate } : uncacheablePolicy;
}

interface Walk {
  schema: GraphQLSchema;
  root: GraphQLNamedType;
  fragments: Fragments;
  /** The strictest hint so far; undefined before the first field. */
  hint: Hint | undefined;
}

function visitSelections(walk: Walk, { selections }: SelectionSetNode, parent: GraphQLNamedType): void {
  for (const selection of selections) {
    // No other hint is stricter than an unstated one.
    if (walk.hint?.isStated === false) return;
    if (selection.kind === Kind.FIELD) {
      const { name, selectionSet } = selection;
      if (name.value === '_entities' && parent === walk.root) visitEntities(walk, selectionSet);
      else if (name.value !== '__typename') visitField(walk, parent, name.value, selectionSet);
      continue;
    }
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    const condition = inner?.typeCondition?.name.value;
    const type = condition === undefined ? parent : walk.schema.getType(condition);
    if (inner === undefined || type === undefined) restrict(walk, uncacheable);
    else visitSelections(walk, inner.selectionSet, type);
  }
}

function visitField(walk: Walk, parent: GraphQLNamedType, name: string, inner?: SelectionSetNode): void {
  const { schema } = walk;
  const parents = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
  const fields = parents.flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const field = type.getFields()[name];
    if (field === undefined) return [];
    restrict(walk, getFieldHint(schema, type, field));
    return [field];
  });
  // Fields that are not in the graph, like __schema and __type.
  if (fields.length === 0) restrict(walk, uncacheable);
  const [first] = fields;
  if (inner !== undefined && first !== undefined) visitSelections(walk, inner, getNamedType(first.type));
}

/** A fetch selects the fields of entities under type conditions, because representations can have any type. */
function visitEntities(walk: Walk, inner: SelectionSetNode | undefined): void {
  for (const selection of inner?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value !== '__typename') restrict(walk, uncacheable);
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    const type = walk.schema.getType(fragment?.typeCondition?.name.value ?? '');
    if (fragment === undefined || type === undefined) {
      restrict(walk, uncacheable);
      return;
    }
    restrict(walk, getEntityHint(walk.schema, type));
    visitSelections(walk, fragment.selectionSet, type);
  }
}

function restrict(walk: Walk, hint: Hint): void {
  walk.hint = walk.hint === undefined ? hint : pickStrictest(walk.hint, hint);
}

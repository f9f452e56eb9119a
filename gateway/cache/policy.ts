// For how long the answer to an operation may be kept, and by whom: the strictest hint of all its fields, whichever of them
// its variables let in. Of a client's operation and of a fetch to a subgraph alike; found once for each.
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
import { type Hint, hintOfEntity, hintOfField, nobodys, strictest } from './hints.ts';

export interface Policy {
  /** Whole seconds; 0: not to be kept at all. */
  maxAge: number;
  /** True: every field says that it is the same for everybody. False: it may depend on who asks. */
  isPublic: boolean;
}

/** Of mutations, and of everything that says nothing of itself. */
export const unkept: Policy = Object.freeze({ maxAge: 0, isPublic: false });

/** The schema is the supergraph's own: a fetch asks for what clients cannot see. */
export function policyOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Policy {
  const root = schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || root == null) return unkept;
  const walk: Walk = { schema, root, fragments: indexFragments(document), hint: undefined };
  follow(walk, operation.selectionSet, root);
  if (walk.hint === undefined) return unkept;
  const { maxAge = 0, isPrivate, isStated } = walk.hint;
  return isStated ? { maxAge, isPublic: !isPrivate } : unkept;
}

interface Walk {
  schema: GraphQLSchema;
  root: GraphQLNamedType;
  fragments: Fragments;
  /** Of what was met so far; undefined before the first field. */
  hint: Hint | undefined;
}

function follow(walk: Walk, { selections }: SelectionSetNode, parent: GraphQLNamedType): void {
  for (const selection of selections) {
    // It gets no stricter.
    if (walk.hint?.isStated === false) return;
    if (selection.kind === Kind.FIELD) {
      const { name, selectionSet } = selection;
      if (name.value === '_entities' && parent === walk.root) followEntities(walk, selectionSet);
      else if (name.value !== '__typename') followField(walk, parent, name.value, selectionSet);
      continue;
    }
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    const condition = inner?.typeCondition?.name.value;
    const type = condition === undefined ? parent : walk.schema.getType(condition);
    if (inner === undefined || type === undefined) restrict(walk, nobodys);
    else follow(walk, inner.selectionSet, type);
  }
}

function followField(walk: Walk, parent: GraphQLNamedType, name: string, inner?: SelectionSetNode): void {
  const { schema } = walk;
  const parents = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
  const fields = parents.flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const field = type.getFields()[name];
    if (field === undefined) return [];
    restrict(walk, hintOfField(schema, type, field));
    return [field];
  });
  // What a subgraph knows and the graph does not, __schema and __type.
  if (fields.length === 0) restrict(walk, nobodys);
  const [first] = fields;
  if (inner !== undefined && first !== undefined) follow(walk, inner, getNamedType(first.type));
}

/** Representations are of any type; whatever is asked of them stands under the name of one. */
function followEntities(walk: Walk, inner: SelectionSetNode | undefined): void {
  for (const selection of inner?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value !== '__typename') restrict(walk, nobodys);
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    const type = walk.schema.getType(fragment?.typeCondition?.name.value ?? '');
    if (fragment === undefined || type === undefined) {
      restrict(walk, nobodys);
      return;
    }
    restrict(walk, hintOfEntity(walk.schema, type));
    follow(walk, fragment.selectionSet, type);
  }
}

function restrict(walk: Walk, hint: Hint): void {
  walk.hint = walk.hint === undefined ? hint : strictest(walk.hint, hint);
}

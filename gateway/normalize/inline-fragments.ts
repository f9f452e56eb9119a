// The engine knows an object's type by its __typename, and where that was not asked for by the type of the innermost fragment:
// inside `... on Person { ... on User { name } }` a User is then no more than a Person, and loses its name without a word.
// So fragments that say nothing new of an object whose type is known are opened, before the operation is planned.
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type Fragments, indexFragments } from '../fragments.ts';
import { buildTypenameField } from './resolve-conditions.ts';

/** The same document when it has no such fragments. For documents without conditions; `nothing` as there. */
export function inlineFragments(
  document: DocumentNode,
  schema: GraphQLSchema,
  nothing: string,
): DocumentNode {
  if (!hasNestedFragments(document, schema)) return document;
  const opener = new FragmentInliner(schema, indexFragments(document), nothing);
  return {
    ...document,
    definitions: document.definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? [opener.operation(node)] : [],
    ),
  };
}

/** Whether a fragment on an interface or a union holds another one. */
function hasNestedFragments(document: DocumentNode, schema: GraphQLSchema): boolean {
  let isFound = false;
  const look = (node: InlineFragmentNode | FragmentDefinitionNode) => {
    const on = node.typeCondition && schema.getType(node.typeCondition.name.value);
    if (on && !isAbstractType(on)) return;
    isFound ||= node.selectionSet.selections.some(({ kind }) => kind !== Kind.FIELD);
  };
  visit(document, { InlineFragment: look, FragmentDefinition: look });
  return isFound;
}

class FragmentInliner {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  readonly #nothing: string;

  constructor(schema: GraphQLSchema, fragments: Fragments, nothing: string) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#nothing = nothing;
  }

  operation(node: OperationDefinitionNode): OperationDefinitionNode {
    const root = this.#schema.getRootType(node.operation);
    return root ? { ...node, selectionSet: this.#set(node.selectionSet, root) } : node;
  }

  #set(set: SelectionSetNode, parent: GraphQLCompositeType): SelectionSetNode {
    const selections = set.selections.flatMap((node) => this.#selection(node, parent));
    return { ...set, selections: selections.length > 0 ? selections : [buildTypenameField(this.#nothing)] };
  }

  #selection(node: SelectionNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    if (node.kind === Kind.FIELD) return [this.#field(node, parent)];
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
    if (fragment === undefined) return [node];
    const on = this.#typeOf(fragment) ?? parent;
    if (isObjectType(parent)) {
      const isOfIt = on === parent || (isAbstractType(on) && this.#schema.isSubType(on, parent));
      return isOfIt
        ? fragment.selectionSet.selections.flatMap((inner) => this.#selection(inner, parent))
        : [];
    }
    const { typeCondition, selectionSet } = fragment;
    const opened: InlineFragmentNode = {
      kind: Kind.INLINE_FRAGMENT,
      directives: node.directives ?? [],
      selectionSet: this.#set(selectionSet, on),
    };
    return [typeCondition === undefined ? opened : { ...opened, typeCondition }];
  }

  #field(node: SelectionNode & { kind: Kind.FIELD }, parent: GraphQLCompositeType): SelectionNode {
    const definition = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
    const type = definition && getNamedType(definition.type);
    // What is left over is introspection: no data of the graph's.
    if (node.selectionSet === undefined || !isCompositeType(type)) return node;
    return { ...node, selectionSet: this.#set(node.selectionSet, type) };
  }

  #typeOf({ typeCondition }: InlineFragmentNode | FragmentDefinitionNode): GraphQLCompositeType | undefined {
    const type = typeCondition && this.#schema.getType(typeCondition.name.value);
    return isCompositeType(type) ? type : undefined;
  }
}

// Apollo's executor knows the type of an object by its __typename. Where the operation does not select it, the executor takes the
// type of the innermost fragment: inside `... on Person { ... on User { name } }` a User becomes a Person, and loses its name
// without an error. So the gateway inlines a fragment on an object whose type is known, before the operation is planned.
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

/**
 * Returns the same document when no fragment holds another one. The document must have no conditions. `placeholder` is the alias
 * of the field that fills a selection set which becomes empty.
 */
export function inlineFragments(
  document: DocumentNode,
  schema: GraphQLSchema,
  placeholder: string,
): DocumentNode {
  if (!hasNestedFragments(document, schema)) return document;
  const inliner = new FragmentInliner(schema, indexFragments(document), placeholder);
  return {
    ...document,
    definitions: document.definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? [inliner.inline(node)] : [],
    ),
  };
}

/** Whether a fragment on an interface or a union holds another one. */
function hasNestedFragments(document: DocumentNode, schema: GraphQLSchema): boolean {
  let isFound = false;
  const check = (node: InlineFragmentNode | FragmentDefinitionNode) => {
    const condition = node.typeCondition && schema.getType(node.typeCondition.name.value);
    if (condition && !isAbstractType(condition)) return;
    isFound ||= node.selectionSet.selections.some(({ kind }) => kind !== Kind.FIELD);
  };
  visit(document, { InlineFragment: check, FragmentDefinition: check });
  return isFound;
}

class FragmentInliner {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  readonly #placeholder: string;

  constructor(schema: GraphQLSchema, fragments: Fragments, placeholder: string) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#placeholder = placeholder;
  }

  inline(node: OperationDefinitionNode): OperationDefinitionNode {
    const root = this.#schema.getRootType(node.operation);
    return root ? { ...node, selectionSet: this.#inlineSet(node.selectionSet, root) } : node;
  }

  #inlineSet(set: SelectionSetNode, parent: GraphQLCompositeType): SelectionSetNode {
    const selections = set.selections.flatMap((node) => this.#inlineSelection(node, parent));
    return {
      ...set,
      selections: selections.length > 0 ? selections : [buildTypenameField(this.#placeholder)],
    };
  }

  #inlineSelection(node: SelectionNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    if (node.kind === Kind.FIELD) return [this.#inlineField(node, parent)];
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
    if (fragment === undefined) return [node];
    const condition = this.#getTypeCondition(fragment) ?? parent;
    if (isObjectType(parent)) {
      const isMet =
        condition === parent || (isAbstractType(condition) && this.#schema.isSubType(condition, parent));
      return isMet
        ? fragment.selectionSet.selections.flatMap((inner) => this.#inlineSelection(inner, parent))
        : [];
    }
    const { typeCondition, selectionSet } = fragment;
    const inlined: InlineFragmentNode = {
      kind: Kind.INLINE_FRAGMENT,
      directives: node.directives ?? [],
      selectionSet: this.#inlineSet(selectionSet, condition),
    };
    return [typeCondition === undefined ? inlined : { ...inlined, typeCondition }];
  }

  #inlineField(node: SelectionNode & { kind: Kind.FIELD }, parent: GraphQLCompositeType): SelectionNode {
    const definition = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
    const type = definition && getNamedType(definition.type);
    // A field without a definition is one of introspection, in which no subgraph has a part.
    if (node.selectionSet === undefined || !isCompositeType(type)) return node;
    return { ...node, selectionSet: this.#inlineSet(node.selectionSet, type) };
  }

  #getTypeCondition({
    typeCondition,
  }: InlineFragmentNode | FragmentDefinitionNode): GraphQLCompositeType | undefined {
    const type = typeCondition && this.#schema.getType(typeCondition.name.value);
    return isCompositeType(type) ? type : undefined;
  }
}

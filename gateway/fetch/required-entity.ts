// Whether the client's operation requires an entity: null in its place would then be a loss, and not a valid value. The plan
// names the place of the entities of a fetch by an entity path (execute/entity-paths.ts).
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import {
  type FieldNode,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { findFieldType } from './selected-fields.ts';

export type ClientRequest = Pick<GatewayGraphQLRequestContext, 'schema' | 'document' | 'operation'>;

interface SelectedField {
  node: FieldNode;
  type: GraphQLOutputType | undefined;
}

/**
 * Whether the schema promises an object at the entity path, and the client selects one of the `requiredKeys`: those that a
 * missing entity lacks and that may not be null.
 */
export function isEntityRequired(
  entityPath: readonly (string | number)[],
  requiredKeys: readonly string[],
  request: ClientRequest,
): boolean {
  if (requiredKeys.length === 0) return false;
  const root = request.schema.getRootType(request.operation.operation)?.name;
  let fields = collectFields([request.operation.selectionSet], root, request);
  let types: (GraphQLOutputType | undefined)[] = [];
  for (const key of entityPath) {
    if (key === '@') {
      types = types.map(getItemType);
      continue;
    }
    const selected = fields.filter(({ node }) => getResponseKey(node) === key);
    types = selected.map(({ type }) => type);
    fields = selected.flatMap(({ node, type }) =>
      collectFields(node.selectionSet ? [node.selectionSet] : [], type && getNamedType(type).name, request),
    );
  }
  const isPromised = types.length > 0 && types.every((type) => isNonNullType(type));
  return isPromised && fields.some(({ node }) => requiredKeys.includes(getResponseKey(node)));
}

function getItemType(type: GraphQLOutputType | undefined): GraphQLOutputType | undefined {
  const list = type && getNullableType(type);
  return isListType(list) ? list.ofType : type;
}

function getResponseKey(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}

/** The fields of selection sets and of all their fragments, whatever the type conditions are. */
function collectFields(
  sets: readonly SelectionSetNode[],
  parent: string | undefined,
  request: ClientRequest,
): SelectedField[] {
  return sets.flatMap(({ selections }) =>
    selections.flatMap((node): SelectedField[] => {
      if (node.kind === Kind.FIELD)
        return [{ node, type: findFieldType(request.schema, node.name.value, parent) }];
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : findFragment(node.name.value, request);
      if (fragment === undefined) return [];
      return collectFields([fragment.selectionSet], fragment.typeCondition?.name.value ?? parent, request);
    }),
  );
}

function findFragment(name: string, { document }: ClientRequest) {
  return document.definitions.find(
    (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
  ) as { selectionSet: SelectionSetNode; typeCondition?: { name: { value: string } } } | undefined;
}

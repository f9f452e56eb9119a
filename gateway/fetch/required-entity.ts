// What the client asked for at the place where a fetch puts its entities: the plan names it by a path of the answer, in which
// "@" is every item of a list.

import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import {
  type FieldNode,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { getOwn } from '../json-object.ts';

export type ClientRequest = Pick<GatewayGraphQLRequestContext, 'schema' | 'document' | 'operation'>;

interface Selected {
  node: FieldNode;
  type: GraphQLOutputType | undefined;
}

/** Whether an entity there may not be null in the answer, and would be without one of these fields. */
export function isEntityRequired(
  path: readonly (string | number)[],
  required: readonly string[],
  request: ClientRequest,
): boolean {
  if (required.length === 0) return false;
  const root = request.schema.getRootType(request.operation.operation)?.name;
  let inside = selectedIn([request.operation.selectionSet], root, request);
  let types: (GraphQLOutputType | undefined)[] = [];
  for (const key of path) {
    if (key === '@') {
      types = types.map(itemOf);
      continue;
    }
    const here = inside.filter(({ node }) => keyOf(node) === key);
    types = here.map(({ type }) => type);
    inside = here.flatMap(({ node, type }) =>
      selectedIn(node.selectionSet ? [node.selectionSet] : [], type && getNamedType(type).name, request),
    );
  }
  const isPromised = types.length > 0 && types.every((type) => isNonNullType(type));
  return isPromised && inside.some(({ node }) => required.includes(keyOf(node)));
}

function itemOf(type: GraphQLOutputType | undefined): GraphQLOutputType | undefined {
  const list = type && getNullableType(type);
  return isListType(list) ? list.ofType : type;
}

function keyOf(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}

/** Through all fragments, whatever types they are for. */
function selectedIn(
  sets: readonly SelectionSetNode[],
  parent: string | undefined,
  request: ClientRequest,
): Selected[] {
  return sets.flatMap(({ selections }) =>
    selections.flatMap((node): Selected[] => {
      if (node.kind === Kind.FIELD) return [{ node, type: typeOf(node.name.value, parent, request) }];
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragmentOf(node.name.value, request);
      if (fragment === undefined) return [];
      return selectedIn([fragment.selectionSet], fragment.typeCondition?.name.value ?? parent, request);
    }),
  );
}

function typeOf(field: string, parent: string | undefined, { schema }: ClientRequest) {
  const type = parent === undefined ? undefined : schema.getType(parent);
  return isObjectType(type) || isInterfaceType(type) ? getOwn(type.getFields(), field)?.type : undefined;
}

function fragmentOf(name: string, { document }: ClientRequest) {
  return document.definitions.find(
    (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
  ) as { selectionSet: SelectionSetNode; typeCondition?: { name: { value: string } } } | undefined;
}

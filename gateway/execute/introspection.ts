// Executes the selections of `__schema` and `__type`. graphql-js does it over the schema that clients see, without any subgraph.
// One operation may select other fields too.
import type { GatewayExecutionResult, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  execute,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { indexFragments } from '../fragments.ts';
import { setOwn } from '../json-object.ts';
import { collectFields } from '../plan/selections.ts';

/** Whether an operation selects nothing but the schema, as tools do. */
export function isIntrospectionOnly({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every((node) => node.kind === Kind.FIELD && isIntrospectionField(node));
}

/** A document with the introspection selections of an operation only, or undefined when there are none. */
export function extractIntrospection({
  schema,
  document,
  operation,
}: Pick<GatewayGraphQLRequestContext, 'schema' | 'document' | 'operation'>): DocumentNode | undefined {
  const root = schema.getRootType(operation.operation);
  if (!root) return undefined;
  const fields = [
    ...collectFields(schema, root, [operation.selectionSet], indexFragments(document)).values(),
  ];
  const selections: SelectionNode[] = fields.flat().filter(isIntrospectionField);
  if (selections.length === 0) return undefined;
  const introspection = { ...operation, selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
  return {
    ...document,
    definitions: document.definitions.map((node) => (node === operation ? introspection : node)),
  };
}

export async function executeIntrospection(
  { schema, operationName, request }: GatewayGraphQLRequestContext,
  document: DocumentNode,
): Promise<GatewayExecutionResult> {
  const result = await execute({ schema, document, operationName, variableValues: request.variables });
  return result as GatewayExecutionResult;
}

/** Adds the result of the introspection selections to the data of an execution. */
export async function addIntrospection(
  data: Record<string, unknown>,
  request: GatewayGraphQLRequestContext,
  document: DocumentNode,
): Promise<void> {
  const result = await executeIntrospection(request, document);
  for (const [key, value] of Object.entries(result.data ?? {})) setOwn(data, key, value);
}

function isIntrospectionField({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}

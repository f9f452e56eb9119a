// Questions about the schema: no subgraph is asked, graphql-js knows all that there is to know. Other fields may stand beside
// them in one operation.
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

/** Whether an operation asks for nothing else, as tools do. */
export function isIntrospectionOnly({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every((node) => node.kind === Kind.FIELD && isIntrospectionField(node));
}

/** The part of an operation that is about the schema, by itself; undefined when there is none. */
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
  const part = { ...operation, selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
  return { ...document, definitions: document.definitions.map((node) => (node === operation ? part : node)) };
}

export async function executeIntrospection(
  { schema, operationName, request }: GatewayGraphQLRequestContext,
  document: DocumentNode,
): Promise<GatewayExecutionResult> {
  const result = await execute({ schema, document, operationName, variableValues: request.variables });
  return result as GatewayExecutionResult;
}

/** Adds the answer about the schema to one under construction. */
export async function addIntrospection(
  data: Record<string, unknown>,
  request: GatewayGraphQLRequestContext,
  document: DocumentNode,
): Promise<void> {
  const answered = await executeIntrospection(request, document);
  for (const [key, value] of Object.entries(answered.data ?? {})) setOwn(data, key, value);
}

function isIntrospectionField({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}

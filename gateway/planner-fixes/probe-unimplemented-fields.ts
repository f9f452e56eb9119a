// Where the planner may leave out a field of the client's (planner-fixes/unimplemented-interfaces.ts), the operation asks for one thing more
// that any subgraph can answer: then the field is fetched, and what it says (null, an empty list) reaches the client.
import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** Undefined where the operation has no such field. The answer has `key` where the client asked for nothing. */
export function addProbes(
  document: DocumentNode,
  schema: GraphQLSchema,
  hollow: ReadonlySet<string>,
): { document: DocumentNode; key: string } | undefined {
  let key = 'asked_anyway';
  const text = JSON.stringify(document, [
    'definitions',
    'selectionSet',
    'selections',
    'alias',
    'name',
    'value',
  ]);
  while (text.includes(`"${key}"`)) key += '_';
  const extra = buildProbe(key);
  const typeInfo = new TypeInfo(schema);
  const asked: DocumentNode = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: (node) => {
        const type = typeInfo.getType();
        if (!type || !node.selectionSet || !hollow.has(getNamedType(type).name)) return undefined;
        const selections = [...node.selectionSet.selections, extra];
        return { ...node, selectionSet: { ...node.selectionSet, selections } };
      },
    }),
  );
  return asked === document ? undefined : { document: asked, key };
}

/** With a condition, or else the planner puts it aside and forgets it with the rest. */
function buildProbe(key: string): FieldNode {
  const [operation] = parse(`{ ${key}: __typename @skip(if: false) }`, { noLocation: true }).definitions;
  const node =
    operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections[0] : undefined;
  if (node?.kind !== Kind.FIELD) throw new Error('unreachable');
  return node;
}

/** The answer without it. */
export function removeProbes(result: GatewayExecutionResult, key: string): GatewayExecutionResult {
  removeKey(result.data, key);
  return result;
}

function removeKey(value: unknown, key: string): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) delete (value as Record<string, unknown>)[key];
  for (const inside of Object.values(value)) removeKey(inside, key);
}

// Adds a probe to each selection set on an interface that a subgraph does not implement (planner-fixes/unimplemented-interfaces.ts).
// The planner would leave such a field out. Any subgraph can answer the probe, __typename: so the field is fetched, and its value
// (null or an empty list) reaches the client. Probes are removed from the response.
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

/** Undefined where the operation has no such field. `key` is the response key of the probes: no field of the client has it. */
export function addProbes(
  document: DocumentNode,
  schema: GraphQLSchema,
  unimplementedInterfaces: ReadonlySet<string>,
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
  const probe = buildProbe(key);
  const typeInfo = new TypeInfo(schema);
  const probed: DocumentNode = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: (node) => {
        const type = typeInfo.getType();
        if (!type || !node.selectionSet || !unimplementedInterfaces.has(getNamedType(type).name))
          return undefined;
        const selections = [...node.selectionSet.selections, probe];
        return { ...node, selectionSet: { ...node.selectionSet, selections } };
      },
    }),
  );
  return probed === document ? undefined : { document: probed, key };
}

/** The probe has a condition: the planner handles a plain __typename apart, and would drop it with the field. */
function buildProbe(key: string): FieldNode {
  const [operation] = parse(`{ ${key}: __typename @skip(if: false) }`, { noLocation: true }).definitions;
  const node =
    operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections[0] : undefined;
  if (node?.kind !== Kind.FIELD) throw new Error('unreachable');
  return node;
}

/** Removes the probes from a result, in place. */
export function removeProbes(result: GatewayExecutionResult, key: string): GatewayExecutionResult {
  removeKey(result.data, key);
  return result;
}

function removeKey(value: unknown, key: string): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) delete (value as Record<string, unknown>)[key];
  for (const inner of Object.values(value)) removeKey(inner, key);
}

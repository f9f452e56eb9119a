// A mutation that costs much (a password hash, a card) may stand once in an operation: a hundred aliased sign-ins would be
// a hundred guesses in one request. Which ones cost much, their subgraph says: `@cost(weight:)` on the field.
import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { indexFragments } from '../fragments.ts';
import type { Inputs } from './argument-cost.ts';
import type { CostTable } from './cost-table.ts';
import { fieldsOf } from './merged-fields.ts';
import { refusal } from './refusal.ts';

/** Throws a refusal. A field that stands twice under one name runs once, and counts once. */
export function holdOnce(
  { schema, table, limit }: { schema: GraphQLSchema; table: CostTable; limit: number },
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
  inputs: Inputs,
): void {
  const root = schema.getMutationType();
  if (limit === 0 || operation !== OperationTypeNode.MUTATION || root == null) return;
  const times = new Map<string, number>();
  for (const { nodes } of fieldsOf(schema, root, [selectionSet], indexFragments(document), inputs)) {
    const name = nodes[0].name.value;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  for (const [name, count] of times) {
    const weight = table.weights.get(`${root.name}.${name}`) ?? 0;
    if (count === 1 || weight < limit) continue;
    const message = `The mutation ${name} may stand once in an operation; counted here: ${count}.`;
    throw refusal('MUTATION_REPEATED', message);
  }
}

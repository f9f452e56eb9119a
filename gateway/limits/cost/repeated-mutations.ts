// An expensive mutation (it hashes a password, or charges a card) may be selected once in an operation: with aliases, a
// hundred sign-ins in one request would be a hundred guesses. The subgraph declares the expense: `@cost(weight:)` on the field.
import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { indexFragments } from '../../fragments.ts';
import { createRefusal } from '../refusal.ts';
import type { InputValues } from './argument-cost.ts';
import type { CostTable } from './cost-table.ts';
import { collectMergedFields } from './merged-fields.ts';

export interface MutationRules {
  schema: GraphQLSchema;
  table: CostTable;
  /** From this weight on a mutation is expensive; 0 turns the limit off. */
  expensiveFrom: number;
}

/** Throws a refusal. Fields with the same response name are executed once, and count once. */
export function refuseRepeatedMutations(
  { schema, table, expensiveFrom }: MutationRules,
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
  values: InputValues,
): void {
  const root = schema.getMutationType();
  if (expensiveFrom === 0 || operation !== OperationTypeNode.MUTATION || root == null) return;
  const counts = new Map<string, number>();
  for (const { nodes } of collectMergedFields(
    schema,
    root,
    [selectionSet],
    indexFragments(document),
    values,
  )) {
    const name = nodes[0].name.value;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const [name, count] of counts) {
    const weight = table.weights.get(`${root.name}.${name}`) ?? 0;
    if (count === 1 || weight < expensiveFrom) continue;
    const message = `The operation selects the expensive mutation ${name} ${count} times; the limit is 1.`;
    throw createRefusal('MUTATION_REPEATED', message);
  }
}

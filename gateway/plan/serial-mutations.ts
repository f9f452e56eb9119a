// Mutations run one after the other, each with all that its answer needs before the next (GraphQL, "Serial execution"). The
// planner asks a subgraph for several at once, and other subgraphs for the rest of their answers afterwards: they then tell of
// a world in which the later mutations have happened. So such mutations get a plan each.
import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
} from 'graphql';
import { type Fragments, indexFragments } from '../fragments.ts';

/** A plan, and for mutations that are planned one by one the operation of each: its nodes are theirs, in this order. */
export interface SerialPlan extends QueryPlan {
  series?: readonly { operation: OperationDefinitionNode; node: PlanNode }[];
}

export function planSerially(
  document: DocumentNode,
  operationName: string | null | undefined,
  planOf: (document: DocumentNode) => QueryPlan,
): SerialPlan {
  const whole = planOf(document);
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.MUTATION || !hasFollowUpFetches(whole.node)) return whole;
  const parts = splitByResponseKey(operation, indexFragments(document));
  if (parts.length < 2) return whole;
  const series = parts.flatMap((selections) => {
    const part = { ...operation, selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
    const definitions = document.definitions.map((node) => (node === operation ? part : node));
    const { node } = planOf({ ...document, definitions });
    return node === undefined || node.kind === 'Subscription' ? [] : [{ operation: part, node }];
  });
  return { ...whole, node: { kind: 'Sequence', nodes: series.map(({ node }) => node) }, series };
}

/** What one subgraph answers alone is in series there. */
function hasFollowUpFetches(node: QueryPlan['node']): boolean {
  return node !== undefined && node.kind !== 'Fetch';
}

/** The fields of each name in the answer, in the order of the operation, each within its fragments and their conditions. */
function splitByResponseKey(
  { selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): SelectionNode[][] {
  const parts = new Map<string, SelectionNode[]>();
  const add = (node: SelectionNode, within: (inner: SelectionNode) => SelectionNode): void => {
    if (node.kind === Kind.FIELD) {
      const key = (node.alias ?? node.name).value;
      const part = parts.get(key);
      if (part !== undefined) part.push(within(node));
      // Nobody is asked for the type's name.
      else if (node.name.value !== '__typename') parts.set(key, [within(node)]);
      return;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (fragment === undefined) return;
    const { directives = [] } = node;
    const wrapped = (inner: SelectionNode): SelectionNode =>
      directives.length === 0
        ? within(inner)
        : within({
            kind: Kind.INLINE_FRAGMENT,
            directives,
            selectionSet: { kind: Kind.SELECTION_SET, selections: [inner] },
          });
    for (const inner of fragment.selectionSet.selections) add(inner, wrapped);
  };
  for (const node of selectionSet.selections) add(node, (inner) => inner);
  return [...parts.values()];
}

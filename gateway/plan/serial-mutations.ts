// Plans the mutations of an operation one by one. GraphQL executes mutations serially: the whole response of one before the
// next begins. Apollo's planner sends several mutations to a subgraph in one fetch, and fetches the rest of their responses from
// other subgraphs afterwards; these would then show the effects of later mutations.
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

/** `series` has the operation of each mutation that is planned by itself, with its part of the plan, in the order of execution. */
export interface SerialPlan extends QueryPlan {
  series?: readonly { operation: OperationDefinitionNode; node: PlanNode }[];
}

export function planSerially(
  document: DocumentNode,
  operationName: string | null | undefined,
  plan: (document: DocumentNode) => QueryPlan,
): SerialPlan {
  const whole = plan(document);
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.MUTATION || !hasSeveralFetches(whole.node)) return whole;
  const parts = splitByResponseKey(operation, indexFragments(document));
  if (parts.length < 2) return whole;
  const series = parts.flatMap((selections) => {
    const part = { ...operation, selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
    const definitions = document.definitions.map((node) => (node === operation ? part : node));
    const { node } = plan({ ...document, definitions });
    return node === undefined || node.kind === 'Subscription' ? [] : [{ operation: part, node }];
  });
  return { ...whole, node: { kind: 'Sequence', nodes: series.map(({ node }) => node) }, series };
}

/** A single fetch needs no series: its subgraph executes its mutations serially. */
function hasSeveralFetches(node: QueryPlan['node']): boolean {
  return node !== undefined && node.kind !== 'Fetch';
}

/** The root fields by response key, in the order of the operation, each inside the fragments whose conditions apply to it. */
function splitByResponseKey(
  { selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): SelectionNode[][] {
  const parts = new Map<string, SelectionNode[]>();
  const add = (node: SelectionNode, wrap: (inner: SelectionNode) => SelectionNode): void => {
    if (node.kind === Kind.FIELD) {
      const key = (node.alias ?? node.name).value;
      const part = parts.get(key);
      if (part !== undefined) part.push(wrap(node));
      // A __typename alone needs no plan: no subgraph is asked for it.
      else if (node.name.value !== '__typename') parts.set(key, [wrap(node)]);
      return;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (fragment === undefined) return;
    const { directives = [] } = node;
    const wrapInFragment = (inner: SelectionNode): SelectionNode =>
      directives.length === 0
        ? wrap(inner)
        : wrap({
            kind: Kind.INLINE_FRAGMENT,
            directives,
            selectionSet: { kind: Kind.SELECTION_SET, selections: [inner] },
          });
    for (const inner of fragment.selectionSet.selections) add(inner, wrapInFragment);
  };
  for (const node of selectionSet.selections) add(node, (inner) => inner);
  return [...parts.values()];
}

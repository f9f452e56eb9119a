// The fetches that the gateway sends to subgraphs for one operation, taken from the plan of its own planner.
import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { isOfType } from '../../gateway/execute/representation.ts';
import { createPlanner } from '../../gateway/plan/planner.ts';
import { nodeGraph } from '../../gateway/supergraph/node-graph.ts';
import { type Condition, findCommonCondition, simplifyConditions } from './conditions.ts';
import { buildPasses } from './gateway-passes.ts';
import { buildApiSchema } from './graph-schemas.ts';
import type { PlannedFetch } from './planned-fetch.ts';

export interface Planner {
  /** Throws GraphQLError for an operation that does not fit the graph, or for which there is no plan. */
  planFetches: (document: DocumentNode, operationName?: string) => PlannedFetch[];
  /** The schema without inaccessible elements. */
  apiSchema: GraphQLSchema;
  /** The schema with them. */
  supergraphSchema: GraphQLSchema;
}

/** A planner of one graph that runs every pass of the gateway over the graph, the operation and the fetches. */
export function openPlanner(supergraphSdl: string): Planner {
  const { sdl, listVariants, splitFetch } = buildPasses(supergraphSdl);
  const { plan, supergraphSchema } = createPlanner(sdl);
  const apiSchema = buildApiSchema(sdl);
  return {
    planFetches: (document, operationName) => {
      const { variants, isComplete } = listVariants(document, apiSchema);
      const fetches = variants.flatMap(({ document: resolved, values }) =>
        listFetches(plan(resolved, operationName), supergraphSchema).map((fetch) => ({
          ...fetch,
          conditions: [values],
        })),
      );
      return mergeFetches(fetches.flatMap(splitFetch), isComplete ? simplifyConditions : findCommonCondition);
    },
    apiSchema,
    supergraphSchema,
  };
}

/** Merges the fetches that several variants share into one fetch with all their conditions. */
function mergeFetches(
  fetches: readonly PlannedFetch[],
  conditionsOf: (alternatives: readonly Condition[]) => Condition[],
): PlannedFetch[] {
  const known = new Map<string, PlannedFetch>();
  for (const fetch of fetches) {
    const key = JSON.stringify([fetch.subgraph, fetch.text, fetch.path, fetch.requires]);
    const conditions = [...(known.get(key)?.conditions ?? []), ...fetch.conditions];
    known.set(key, { ...fetch, conditions });
  }
  return [...known.values()].map((fetch) => ({ ...fetch, conditions: conditionsOf(fetch.conditions) }));
}

/** Plans a single operation. */
export function planOperation(
  supergraphSdl: string,
  document: DocumentNode,
  operationName?: string,
): PlannedFetch[] {
  return openPlanner(supergraphSdl).planFetches(document, operationName);
}

/** The fetches in the order in which the gateway sends them. Parallel fetches keep the order of the plan. */
function listFetches({ node }: QueryPlan, schema: GraphQLSchema): Omit<PlannedFetch, 'conditions'>[] {
  // The plan of a pure introspection query is empty, and the gateway refuses subscriptions.
  return node === undefined || node.kind === 'Subscription' ? [] : listNodeFetches(node, schema, []);
}

function listNodeFetches(
  node: PlanNode,
  schema: GraphQLSchema,
  path: readonly string[],
): Omit<PlannedFetch, 'conditions'>[] {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => listNodeFetches(child, schema, path));
    case 'Flatten':
      return listNodeFetches(node.node, schema, [...path, ...node.path.map(String)]);
    case 'Fetch':
      // The gateway answers it itself, by references to entities that it asks of every subgraph.
      if (node.serviceName === nodeGraph) return [];
      return [
        {
          subgraph: node.serviceName,
          kind: node.operationKind,
          text: node.operation,
          operationName: node.operationName,
          requires: node.requires && rewriteTypeConditions(node.requires, node.inputRewrites, schema),
          variables: node.variableUsages ?? [],
          path,
        },
      ];
    default:
      throw new Error(
        `the plan has an unexpected ${node.kind} node: conditions are resolved before planning, and nothing is deferred`,
      );
  }
}

/** A subgraph with an @interfaceObject receives the name of the interface as the type of the entity. */
function rewriteTypeConditions(
  requires: readonly QueryPlanSelectionNode[],
  rewrites: FetchNode['inputRewrites'] = [],
  schema: GraphQLSchema,
): QueryPlanSelectionNode[] {
  const sent = requires.map((node): QueryPlanSelectionNode => {
    if (node.kind !== 'InlineFragment') return node;
    const rewrite = rewrites.find(({ kind, path: [of = '', key] }) => {
      const type = of.replace('... on ', '');
      return kind === 'ValueSetter' && key === '__typename' && isOfType(schema, node.typeCondition, type);
    });
    return rewrite?.kind === 'ValueSetter' ? { ...node, typeCondition: String(rewrite.setValueTo) } : node;
  });
  return [...new Map(sent.map((node) => [JSON.stringify(node), node])).values()];
}

/** Prints a requires selection in GraphQL: `... on Product { __typename id }`. */
export function printSelections(selections: readonly QueryPlanSelectionNode[]): string {
  return selections
    .map((selection) => {
      const inner = selection.selections?.length ? ` { ${printSelections(selection.selections)} }` : '';
      if (selection.kind === 'Field')
        return `${selection.alias === undefined ? '' : `${selection.alias}: `}${selection.name}${inner}`;
      return `...${selection.typeCondition === undefined ? '' : ` on ${selection.typeCondition}`}${inner}`;
    })
    .join(' ');
}

// What the gateway asks of which subgraph for one operation: the fetches of the plan that its own planner makes.
import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { isOfType } from '../../gateway/execute/representation.ts';
import { createPlanner } from '../../gateway/plan/planner.ts';
import { passesOf } from './as-sent.ts';
import { type Condition, inCommon, simplest } from './conditions.ts';
import { apiSchemaOf } from './graph-schemas.ts';
import type { PlannedFetch } from './planned-fetch.ts';

export interface Plans {
  /** Throws GraphQLError for an operation that does not fit the graph, or for which there is no plan. */
  fetches: (document: DocumentNode, operationName?: string) => PlannedFetch[];
  /** What clients can see. */
  apiSchema: GraphQLSchema;
  /** With what they cannot. */
  supergraphSchema: GraphQLSchema;
}

/** The plans of one graph, with everything that the gateway does to a graph, an operation and a fetch on its way. */
export function plansOf(supergraphSdl: string): Plans {
  const { sdl, asPlanned, asSent } = passesOf(supergraphSdl);
  const { plan, supergraphSchema } = createPlanner(sdl);
  const apiSchema = apiSchemaOf(sdl);
  return {
    fetches: (document, operationName) => {
      const { plain, isEverySet } = asPlanned(document, apiSchema);
      const variants = plain.flatMap(({ document: decided, values }) =>
        fetchesOf(plan(decided, operationName), supergraphSchema).map((fetch) => ({
          ...fetch,
          conditions: [values],
        })),
      );
      return together(variants.flatMap(asSent), isEverySet ? simplest : inCommon);
    },
    apiSchema,
    supergraphSchema,
  };
}

/** A fetch that is made under several sets of values, once. */
function together(
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

/** The same for a single operation. */
export function planOf(
  supergraphSdl: string,
  document: DocumentNode,
  operationName?: string,
): PlannedFetch[] {
  return plansOf(supergraphSdl).fetches(document, operationName);
}

/** In the order in which they are sent, those in parallel as the plan lists them. */
function fetchesOf({ node }: QueryPlan, schema: GraphQLSchema): Omit<PlannedFetch, 'conditions'>[] {
  // A plan of introspection alone is empty; the gateway refuses subscriptions.
  return node === undefined || node.kind === 'Subscription' ? [] : walk(node, schema, []);
}

function walk(
  node: PlanNode,
  schema: GraphQLSchema,
  path: readonly string[],
): Omit<PlannedFetch, 'conditions'>[] {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => walk(child, schema, path));
    case 'Flatten':
      return walk(node.node, schema, [...path, ...node.path.map(String)]);
    case 'Fetch':
      return [
        {
          subgraph: node.serviceName,
          kind: node.operationKind,
          text: node.operation,
          operationName: node.operationName,
          requires: node.requires && typesAsSent(node.requires, node.inputRewrites, schema),
          variables: node.variableUsages ?? [],
          path,
        },
      ];
    default:
      throw new Error(`${node.kind}: conditions are decided before, and nothing is deferred`);
  }
}

/** An entity is sent by the name that its subgraph knows: an @interfaceObject's is the interface's. */
function typesAsSent(
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

/** A requires selection as GraphQL writes it: `... on Product { __typename id }`. */
export function selectionText(selections: readonly QueryPlanSelectionNode[]): string {
  return selections
    .map((selection) => {
      const inner = selection.selections?.length ? ` { ${selectionText(selection.selections)} }` : '';
      if (selection.kind === 'Field')
        return `${selection.alias === undefined ? '' : `${selection.alias}: `}${selection.name}${inner}`;
      return `...${selection.typeCondition === undefined ? '' : ` on ${selection.typeCondition}`}${inner}`;
    })
    .join(' ');
}

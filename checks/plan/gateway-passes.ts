// The passes that the gateway runs before and after its planner, in the same order: it corrects the supergraph, normalizes the
// operation (gateway/normalize/normalize.ts), and replaces stand-ins in fetches by the real fields.
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { inlineFragments } from '../../gateway/normalize/inline-fragments.ts';
import { findUnusedPrefix, getFieldNames, renameAliases } from '../../gateway/normalize/rename-aliases.ts';
import { findConditionVariables, resolveConditions } from '../../gateway/normalize/resolve-conditions.ts';
import { correctSupergraph } from '../../gateway/planner-fixes/correct-supergraph.ts';
import { addProbes } from '../../gateway/planner-fixes/probe-unimplemented-fields.ts';
import type { RequiredStandIns, StandIn } from '../../gateway/planner-fixes/required-stand-ins.ts';
import { createFetchRewriter } from '../../gateway/planner-fixes/stand-in-calls.ts';
import { getOperation } from '../operations.ts';
import type { Condition } from './conditions.ts';
import type { PlannedFetch } from './planned-fetch.ts';

/** The operation that is planned when the variables of @skip and @include have these values. */
export interface PlanVariant {
  document: DocumentNode;
  values: Condition;
}

export interface Passes {
  /** The supergraph that the planner uses. */
  sdl: string;
  /** A variant for each set of values that @skip and @include may have, or for some of them when there are too many. */
  listVariants: (
    document: DocumentNode,
    apiSchema: GraphQLSchema,
  ) => { variants: PlanVariant[]; isComplete: boolean };
  /** The fetches that the gateway sends for a fetch of the plan: one, or several when one request cannot ask for all fields. */
  splitFetch: (fetch: PlannedFetch) => PlannedFetch[];
}

/** Up to so many variables, all 2^n sets of values are planned; with more, only sets in which at most one value differs. */
const maxConditions = 6;

export function buildPasses(supergraphSdl: string): Passes {
  const { sdl, standIns, requiredStandIns, subgraphsWithStandIns, unimplementedInterfaces } =
    correctSupergraph(supergraphSdl);
  const fields = getFieldNames(parse(sdl, { noLocation: true }));
  return {
    sdl,
    listVariants: (document, schema) => {
      const variables = findConditionVariables(document);
      const variants = listResolvedDocuments(document, variables).map(
        ({ document: resolved, nothing, values }) => {
          const inlined = inlineFragments(resolved, schema, nothing);
          const renamed = renameAliases(inlined, fields)?.document ?? inlined;
          const probed =
            unimplementedInterfaces.size > 0
              ? addProbes(renamed, schema, unimplementedInterfaces)
              : undefined;
          return { document: probed?.document ?? renamed, values };
        },
      );
      return { variants, isComplete: (variables?.length ?? 0) <= maxConditions };
    },
    splitFetch: (fetch) => {
      if (!subgraphsWithStandIns.has(fetch.subgraph)) return [fetch];
      const rewriteFetch = createFetchRewriter({
        fields: standIns,
        requiredStandIns: requiredStandIns.get(fetch.subgraph) ?? new Map(),
      });
      const { operations } = rewriteFetch(fetch.text);
      if (operations.length === 0) return [fetch];
      return operations.map((operation) => ({
        ...fetch,
        text: operation.query,
        requires:
          fetch.requires &&
          restoreRequires(fetch.requires, standIns, (type) => operation.requiredStandIns.get(type)),
        variables: fetch.variables.filter((name) => operations.length === 1 || operation.variables.has(name)),
      }));
    },
  };
}

function listResolvedDocuments(
  document: DocumentNode,
  variables: readonly string[] | undefined,
): (PlanVariant & { nothing: string })[] {
  const nothing = `${findUnusedPrefix(document)}nothing`;
  if (variables === undefined) return [{ document, nothing, values: {} }];
  return listValueSets(variables).map((values) => {
    const decisions = new Map(Object.entries(values));
    return {
      document: resolveConditions(document, getOperation(document), decisions, nothing),
      nothing,
      values,
    };
  });
}

function listValueSets(variables: readonly string[]): Condition[] {
  if (variables.length > maxConditions) {
    const all = (is: boolean) => Object.fromEntries(variables.map((variable) => [variable, is]));
    return [true, false].flatMap((is) => [
      all(is),
      ...variables.map((variable) => ({ ...all(is), [variable]: !is })),
    ]);
  }
  let sets: Condition[] = [{}];
  for (const variable of variables)
    sets = sets.flatMap((set) => [true, false].map((is) => ({ ...set, [variable]: is })));
  return sets;
}

/** Gives fields their real names. Of the stand-ins, only those stay that this fetch needs. */
function restoreRequires(
  selections: readonly QueryPlanSelectionNode[],
  standIns: ReadonlyMap<string, StandIn>,
  needsOf: (type: string) => RequiredStandIns | undefined,
  needed?: RequiredStandIns,
): QueryPlanSelectionNode[] {
  return selections.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === 'InlineFragment') {
      const inside = node.typeCondition === undefined ? needed : (needsOf(node.typeCondition) ?? needed);
      return [{ ...node, selections: restoreRequires(node.selections, standIns, needsOf, inside) }];
    }
    const real = standIns.get(node.name)?.name;
    if (real !== undefined && !needed?.has(node.name)) return [];
    const inside =
      node.selections && restoreRequires(node.selections, standIns, () => undefined, needed?.get(node.name));
    return [{ ...node, name: real ?? node.name, ...(inside && { selections: inside }) }];
  });
}

// What the gateway changes around its planner, done here as it does it there: the graph is corrected, an operation is put into
// plain words (gateway/normalize/normalize.ts), and fetches speak to subgraphs of their real fields.
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { inlineFragments } from '../../gateway/normalize/inline-fragments.ts';
import { findUnusedPrefix, getFieldNames, renameAliases } from '../../gateway/normalize/rename-aliases.ts';
import { findConditionVariables, resolveConditions } from '../../gateway/normalize/resolve-conditions.ts';
import { correctSupergraph } from '../../gateway/planner-fixes/correct-supergraph.ts';
import { addProbes } from '../../gateway/planner-fixes/probe-unimplemented-fields.ts';
import type { RequiredStandIns, StandIn } from '../../gateway/planner-fixes/required-stand-ins.ts';
import { createFetchRewriter } from '../../gateway/planner-fixes/stand-in-calls.ts';
import { operationOf } from '../operations.ts';
import type { Condition } from './conditions.ts';
import type { PlannedFetch } from './planned-fetch.ts';

/** An operation as it is planned while the variables of its conditions have these values. */
export interface Plain {
  document: DocumentNode;
  values: Condition;
}

export interface Passes {
  /** The graph that is planned by. */
  sdl: string;
  /** One for each set of values that its @skip and @include may have, or for some where there are too many. */
  asPlanned: (document: DocumentNode, apiSchema: GraphQLSchema) => { plain: Plain[]; isEverySet: boolean };
  /** A fetch as it goes over the wire: one, or several where a subgraph cannot be asked at once. */
  asSent: (fetch: PlannedFetch) => PlannedFetch[];
}

/** Variables in conditions of which all 2^n sets of values are planned; of more, those in which at most one is different. */
const mostConditions = 6;

export function passesOf(supergraphSdl: string): Passes {
  const { sdl, standIns, requiredStandIns, subgraphsWithStandIns, unimplementedInterfaces } =
    correctSupergraph(supergraphSdl);
  const fields = getFieldNames(parse(sdl, { noLocation: true }));
  return {
    sdl,
    asPlanned: (document, schema) => {
      const variables = findConditionVariables(document);
      const plain = unconditional(document, variables).map(({ document: given, nothing, values }) => {
        const opened = inlineFragments(given, schema, nothing);
        const apart = renameAliases(opened, fields)?.document ?? opened;
        const asked =
          unimplementedInterfaces.size > 0 ? addProbes(apart, schema, unimplementedInterfaces) : undefined;
        return { document: asked?.document ?? apart, values };
      });
      return { plain, isEverySet: (variables?.length ?? 0) <= mostConditions };
    },
    asSent: (fetch) => {
      if (!subgraphsWithStandIns.has(fetch.subgraph)) return [fetch];
      const wire = createFetchRewriter({
        fields: standIns,
        requiredStandIns: requiredStandIns.get(fetch.subgraph) ?? new Map(),
      });
      const { operations: texts } = wire(fetch.text);
      if (texts.length === 0) return [fetch];
      return texts.map((text) => ({
        ...fetch,
        text: text.query,
        requires:
          fetch.requires && realRequires(fetch.requires, standIns, (type) => text.requiredStandIns.get(type)),
        variables: fetch.variables.filter((name) => texts.length === 1 || text.variables.has(name)),
      }));
    },
  };
}

function unconditional(
  document: DocumentNode,
  variables: readonly string[] | undefined,
): (Plain & { nothing: string })[] {
  const nothing = `${findUnusedPrefix(document)}nothing`;
  if (variables === undefined) return [{ document, nothing, values: {} }];
  return valuesOf(variables).map((values) => {
    const decisions = new Map(Object.entries(values));
    return {
      document: resolveConditions(document, operationOf(document), decisions, nothing),
      nothing,
      values,
    };
  });
}

function valuesOf(variables: readonly string[]): Condition[] {
  if (variables.length > mostConditions) {
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

/** With real names: of the fields that stand in for others, those that this text needs. */
function realRequires(
  selections: readonly QueryPlanSelectionNode[],
  standIns: ReadonlyMap<string, StandIn>,
  needsOf: (type: string) => RequiredStandIns | undefined,
  needed?: RequiredStandIns,
): QueryPlanSelectionNode[] {
  return selections.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === 'InlineFragment') {
      const inside = node.typeCondition === undefined ? needed : (needsOf(node.typeCondition) ?? needed);
      return [{ ...node, selections: realRequires(node.selections, standIns, needsOf, inside) }];
    }
    const real = standIns.get(node.name)?.name;
    if (real !== undefined && !needed?.has(node.name)) return [];
    const inside =
      node.selections && realRequires(node.selections, standIns, () => undefined, needed?.get(node.name));
    return [{ ...node, name: real ?? node.name, ...(inside && { selections: inside }) }];
  });
}

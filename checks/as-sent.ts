// What the gateway changes around its planner, done here as it does it there: the graph is corrected, a client's names that
// are other fields' are kept apart, and fetches speak to subgraphs of their real fields.
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { fieldsOf, renamed } from '../gateway/plan/aliases-apart.ts';
import { askedAnyway } from '../gateway/plan/asked-anyway.ts';
import { wireOf } from '../gateway/plan/wire.ts';
import type { Needs, StandIn } from '../gateway/supergraph/correct-requires.ts';
import { correctSupergraph } from '../gateway/supergraph/correct-supergraph.ts';
import type { PlannedFetch } from './plan.ts';

export interface Passes {
  /** The graph that is planned by. */
  sdl: string;
  /** The operation that is planned. */
  asPlanned: (document: DocumentNode, supergraphSchema: GraphQLSchema) => DocumentNode;
  /** A fetch as it goes over the wire: one, or several where a subgraph cannot be asked at once. */
  asSent: (fetch: PlannedFetch) => PlannedFetch[];
}

export function passesOf(supergraphSdl: string): Passes {
  const { sdl, standIns, needs, subgraphs, hollowInterfaces } = correctSupergraph(supergraphSdl);
  const fields = fieldsOf(parse(sdl, { noLocation: true }));
  return {
    sdl,
    asPlanned: (document, schema) => {
      const apart = renamed(document, fields)?.document ?? document;
      if (hollowInterfaces.size === 0) return apart;
      return askedAnyway(apart, schema, hollowInterfaces)?.document ?? apart;
    },
    asSent: (fetch) => {
      if (!subgraphs.has(fetch.subgraph)) return [fetch];
      const wire = wireOf({ fields: standIns, needs: needs.get(fetch.subgraph) ?? new Map() });
      const { texts } = wire(fetch.text);
      if (texts.length === 0) return [fetch];
      return texts.map((text) => ({
        ...fetch,
        text: text.query,
        requires: fetch.requires && realRequires(fetch.requires, standIns, (type) => text.needs.get(type)),
        variables: fetch.variables.filter((name) => texts.length === 1 || text.variables.has(name)),
      }));
    },
  };
}

/** With real names: of the fields that stand in for others, those that this text needs. */
function realRequires(
  selections: readonly QueryPlanSelectionNode[],
  standIns: ReadonlyMap<string, StandIn>,
  needsOf: (type: string) => Needs | undefined,
  needed?: Needs,
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

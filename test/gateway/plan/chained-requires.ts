// A supergraph in which required fields require others: T.c needs T.d of another subgraph, which needs T.b, which needs T.a.
import { rmSync } from 'node:fs';
import type { FetchNode, FlattenNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { link, writeMap } from '../small-graph.ts';

export function compose(subgraphs: Readonly<Record<string, string>>): string {
  const linked = Object.entries(subgraphs).map(([name, sdl]) => [name, link + sdl]);
  const { map, folder } = writeMap(Object.fromEntries(linked));
  try {
    return composeSupergraph(map).supergraphSdl;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const chainedSdl = compose({
  a: 'type Query { t: T ts: [T!]! n: Int } type T @key(fields: "id") { id: ID! a: Int }',
  b: `type T @key(fields: "id") { id: ID! a: Int @external d: Int @external
    b(times: Int): Int @requires(fields: "a") c: Int @requires(fields: "d") free: Int }`,
  d: 'type T @key(fields: "id") { id: ID! b(times: Int): Int @external d: Int @requires(fields: "b") }',
});

/** A fetch at the root, or of the entities at a path where it requires something. */
export function buildFetch(
  serviceName: string,
  operation: string,
  requires?: QueryPlanSelectionNode[],
): FetchNode {
  return {
    kind: 'Fetch',
    serviceName,
    operation,
    operationKind: 'query' as FetchNode['operationKind'],
    operationName: undefined,
    variableUsages: [],
    ...(requires && { requires }),
  };
}

export function buildEntityFetch(
  serviceName: string,
  path: string[],
  selection: string,
  required: readonly string[],
): FlattenNode {
  const selections = ['__typename', ...required].map((name) => ({ kind: 'Field' as const, name }));
  const operation = `query($representations:[_Any!]!){_entities(representations:$representations){...on T{${selection}}}}`;
  const requires: QueryPlanSelectionNode[] = [{ kind: 'InlineFragment', typeCondition: 'T', selections }];
  return { kind: 'Flatten', path, node: buildFetch(serviceName, operation, requires) };
}

// What a supergraph says of fields that need others (@requires), and of the keys by which subgraphs find entities.
import { Kind, parse, type SelectionSetNode } from 'graphql';
import {
  booleanArgument,
  directivesNamed,
  getFieldsTypes,
  getSubgraphNames,
  parseFieldSet,
  stringArgument,
} from '../supergraph/join-directives.ts';
import type { TypesByName } from './fetched-fields.ts';

export interface RequiredFields {
  types: TypesByName;
  /** Whether there is any such field. */
  hasAny: boolean;
  /** What a field needs in a subgraph; undefined for one that needs nothing. */
  getRequiredSelection: (subgraph: string, type: string, field: string) => SelectionSetNode | undefined;
  /** One by which the subgraph finds entities of the type. */
  getKey: (subgraph: string, type: string) => SelectionSetNode | undefined;
}

export function readRequiredFields(supergraphSdl: string): RequiredFields {
  const document = parse(supergraphSdl, { noLocation: true });
  const types = getFieldsTypes(document);
  const names = getSubgraphNames(document);
  const needs = new Map<string, SelectionSetNode>();
  const keys = new Map<string, SelectionSetNode>();
  for (const [type, node] of types) {
    for (const join of directivesNamed(node, 'join__type')) {
      const key = stringArgument(join, 'key');
      const place = `${getSubgraphName(names, stringArgument(join, 'graph'))} ${type}`;
      if (key !== undefined && booleanArgument(join, 'resolvable') !== false && !keys.has(place))
        keys.set(place, parseFieldSet(key));
    }
    for (const field of node.fields ?? [])
      for (const join of directivesNamed(field, 'join__field')) {
        const requires = stringArgument(join, 'requires');
        if (requires === undefined) continue;
        const place = `${getSubgraphName(names, stringArgument(join, 'graph'))} ${type}.${field.name.value}`;
        needs.set(place, parseFieldSet(requires));
      }
  }
  return {
    types,
    hasAny: needs.size > 0,
    getRequiredSelection: (subgraph, type, field) => needs.get(`${subgraph} ${type}.${field}`),
    getKey: (subgraph, type) => keys.get(`${subgraph} ${type}`),
  };
}

function getSubgraphName(names: ReadonlyMap<string, string>, graph = ''): string {
  return names.get(graph) ?? graph;
}

/** `__typename` and the fields of all the sets. */
export function withTypename(...sets: readonly SelectionSetNode[]): SelectionSetNode {
  const typename = { kind: Kind.FIELD as const, name: { kind: Kind.NAME as const, value: '__typename' } };
  return {
    kind: Kind.SELECTION_SET,
    selections: [typename, ...sets.flatMap(({ selections }) => selections)],
  };
}

// Reads from a supergraph which fields require others (@requires), and by which keys a subgraph finds entities.
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
  /** Whether any field requires another one. */
  hasAny: boolean;
  /** The selection that a field requires in a subgraph; undefined for a field without @requires. */
  getRequiredSelection: (subgraph: string, type: string, field: string) => SelectionSetNode | undefined;
  /** The first key by which the subgraph finds entities of the type; undefined where it has none. */
  getKey: (subgraph: string, type: string) => SelectionSetNode | undefined;
}

export function readRequiredFields(supergraphSdl: string): RequiredFields {
  const document = parse(supergraphSdl, { noLocation: true });
  const types = getFieldsTypes(document);
  const names = getSubgraphNames(document);
  const selections = new Map<string, SelectionSetNode>();
  const keys = new Map<string, SelectionSetNode>();
  for (const [type, node] of types) {
    for (const join of directivesNamed(node, 'join__type')) {
      const key = stringArgument(join, 'key');
      const subgraphType = `${getSubgraphName(names, stringArgument(join, 'graph'))} ${type}`;
      if (key !== undefined && booleanArgument(join, 'resolvable') !== false && !keys.has(subgraphType))
        keys.set(subgraphType, parseFieldSet(key));
    }
    for (const field of node.fields ?? [])
      for (const join of directivesNamed(field, 'join__field')) {
        const requires = stringArgument(join, 'requires');
        if (requires === undefined) continue;
        const subgraphField = `${getSubgraphName(names, stringArgument(join, 'graph'))} ${type}.${field.name.value}`;
        selections.set(subgraphField, parseFieldSet(requires));
      }
  }
  return {
    types,
    hasAny: selections.size > 0,
    getRequiredSelection: (subgraph, type, field) => selections.get(`${subgraph} ${type}.${field}`),
    getKey: (subgraph, type) => keys.get(`${subgraph} ${type}`),
  };
}

function getSubgraphName(names: ReadonlyMap<string, string>, graph = ''): string {
  return names.get(graph) ?? graph;
}

/** `__typename` and the fields of all field sets. */
export function withTypename(...sets: readonly SelectionSetNode[]): SelectionSetNode {
  const typename = { kind: Kind.FIELD as const, name: { kind: Kind.NAME as const, value: '__typename' } };
  return {
    kind: Kind.SELECTION_SET,
    selections: [typename, ...sets.flatMap(({ selections }) => selections)],
  };
}

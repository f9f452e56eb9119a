// `node` and `nodes` (Global Object Identification) as a part of the graph: SDL that the gateway composes beside the subgraphs' own.
// The part has a stub of each entity type that implements Node, so that the planner asks its owner for the fields. A subgraph asks
// for it with `@link(url: "https://tributary.dev/node/v1.0")`. gateway/node/node-client.ts answers for it.
import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
} from 'graphql';
import { hasLink } from './directive-names.ts';
import { booleanArgument, directivesNamed, getSubgraphNames, stringArgument } from './join-directives.ts';

/** The name of the part among the subgraphs. Because of the dot, no subgraph of a map can have it. */
export const nodeGraph = 'gateway.node';

/** No call goes to it. */
export const nodeGraphUrl = 'gateway:node';

export const maxNodes = 100;

const specification = 'https://tributary.dev/node/';

/** The SDL of the part, with its own definition of each type. Undefined when no subgraph has an entity for it. */
export function buildNodeSdl(subgraphs: readonly { typeDefs: DocumentNode }[]): DocumentNode | undefined {
  const types = new Set(
    subgraphs
      .filter(({ typeDefs }) => hasLink(typeDefs, specification))
      .flatMap(({ typeDefs }) => findNodeTypes(typeDefs).map((type) => type.name.value)),
  );
  if (types.size === 0) return undefined;
  const stubs = [...types]
    .sort()
    .map((name) => `type ${name} implements Node @key(fields: "id", resolvable: false) { id: ID! }`);
  return parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost"])
    type Query {
      """
      The object with this id, of any type that implements Node. Null when there is none, and when the caller may not see it:
      the answer does not tell which. Every owner of such a type is asked once for all ids of the operation.

      Refusals: BAD_USER_INPUT (no type has ids of this form), SUBGRAPH_UNAVAILABLE (the owner that might know the id does not answer).
      """
      node(
        "The id of an object, as its field \`id\` has it: a UUID, in any letter case."
        id: ID! @cost(weight: ${types.size})
      ): Node
      """
      The objects with these ids, in their order: null stands for each id that \`node\` would not find. An id may be named several times.

      Refusals: those of \`node\`, each at its place, and BAD_USER_INPUT for more than ${maxNodes} ids.
      """
      nodes(
        "The ids of objects: at most ${maxNodes}."
        ids: [ID!]! @cost(weight: ${types.size})
      ): [Node]!
    }
    interface Node { id: ID! }
    ${stubs.join('\n')}`);
}

/** The entities of a subgraph that implement Node, and that it resolves by their id. */
function findNodeTypes({ definitions }: DocumentNode): ObjectTypeDefinitionNode[] {
  return definitions
    .filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter(({ interfaces = [] }) => interfaces.some(({ name }) => name.value === 'Node'))
    .filter((node) => directivesNamed(node, 'key').some((key) => isKeyById(key, 'fields')));
}

/** The entity types that implement Node, by the subgraph that owns them, from the SDL of a supergraph. */
export function findNodeOwners(supergraphSdl: string): ReadonlyMap<string, readonly string[]> {
  const document = parse(supergraphSdl, { noLocation: true });
  const names = getSubgraphNames(document);
  const owners = new Map<string, string[]>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const implementing = directivesNamed(node, 'join__implements')
      .filter((join) => stringArgument(join, 'interface') === 'Node')
      .map((join) => stringArgument(join, 'graph'));
    for (const join of directivesNamed(node, 'join__type').filter((type) => isKeyById(type, 'key'))) {
      const graph = stringArgument(join, 'graph');
      const owner = names.get(graph ?? '');
      if (owner === undefined || owner === nodeGraph || !implementing.includes(graph)) continue;
      owners.set(owner, [...(owners.get(owner) ?? []), node.name.value]);
    }
  }
  return owners;
}

/** True for a key that consists of the id, and by which the subgraph resolves the entity. */
function isKeyById(directive: ConstDirectiveNode, argument: 'fields' | 'key'): boolean {
  return (
    stringArgument(directive, argument)?.trim() === 'id' && booleanArgument(directive, 'resolvable') !== false
  );
}

// `node` and `nodes` (Global Object Identification) as a part of the graph: SDL that the gateway composes beside the subgraphs' own.
// The part has a stub of each entity type that implements Node, so that the planner asks its owner for the fields. A subgraph asks
// for it with `@link(url: "https://tributary.dev/node/v1.0")`. node-client.ts answers for it.
import { type DocumentNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';

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
      .filter(linksNode)
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

function linksNode({ typeDefs }: { typeDefs: DocumentNode }): boolean {
  return typeDefs.definitions.some(
    (node) =>
      (node.kind === Kind.SCHEMA_EXTENSION || node.kind === Kind.SCHEMA_DEFINITION) &&
      node.directives?.some(({ name, arguments: given = [] }) =>
        given.some(
          ({ value }) =>
            name.value === 'link' && value.kind === Kind.STRING && value.value.startsWith(specification),
        ),
      ),
  );
}

/** The entities of a subgraph that implement Node, and that it resolves by their id. */
function findNodeTypes({ definitions }: DocumentNode): ObjectTypeDefinitionNode[] {
  return definitions
    .filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter(({ interfaces = [] }) => interfaces.some(({ name }) => name.value === 'Node'))
    .filter(({ directives = [] }) =>
      directives.some((directive) => directive.name.value === 'key' && isKeyById(directive.arguments)),
    );
}

/** The entity types that implement Node, by the subgraph that owns them, from the SDL of a supergraph. */
export function findNodeOwners(supergraphSdl: string): ReadonlyMap<string, readonly string[]> {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const names = readGraphNames(definitions);
  const owners = new Map<string, string[]>();
  for (const node of definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const joins = (node.directives ?? []).map(({ name, arguments: given = [] }) => ({
      name: name.value,
      given,
    }));
    const implementing = joins
      .filter(({ name, given }) => name === 'join__implements' && readText(given, 'interface') === 'Node')
      .map(({ given }) => readText(given, 'graph'));
    for (const { name, given } of joins) {
      const graph = readText(given, 'graph');
      const owner = names.get(graph ?? '');
      if (name !== 'join__type' || !implementing.includes(graph) || owner === undefined) continue;
      if (owner === nodeGraph || readText(given, 'key') !== 'id' || isUnresolvable(given)) continue;
      owners.set(owner, [...(owners.get(owner) ?? []), node.name.value]);
    }
  }
  return owners;
}

type Arguments = NonNullable<ObjectTypeDefinitionNode['directives']>[number]['arguments'];

function isKeyById(given: Arguments = []): boolean {
  return readText(given, 'fields')?.trim() === 'id' && !isUnresolvable(given);
}

function isUnresolvable(given: NonNullable<Arguments>): boolean {
  const value = given.find(({ name }) => name.value === 'resolvable')?.value;
  return value?.kind === Kind.BOOLEAN && !value.value;
}

function readText(given: NonNullable<Arguments>, argument: string): string | undefined {
  const value = given.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

/** The names of the subgraphs, by the values of the enum join__Graph. */
function readGraphNames(definitions: DocumentNode['definitions']): Map<string, string> {
  const graphs = definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map(({ name, directives = [] }) => {
      const join = directives.find((directive) => directive.name.value === 'join__graph');
      return [name.value, readText(join?.arguments ?? [], 'name') ?? name.value];
    }),
  );
}

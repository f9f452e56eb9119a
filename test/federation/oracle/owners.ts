// Reads from the @join__ directives of a supergraph which subgraph resolves which field. It reads the SDL without the planner, so
// that the oracle does not share a mistake of the planner.
import {
  type DirectiveNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

export interface Owner {
  subgraph: string;
  /** The type that has the field in the subgraph: the object type, or an interface that is an @interfaceObject there. */
  type: string;
  /** The fields that @requires names. */
  requires: SelectionSetNode | undefined;
}

export interface Owners {
  /** The owners of a field of an object type, in the order of the supergraph. */
  find: (type: string, field: string) => readonly Owner[];
  /** The keys by which a subgraph finds an entity. */
  keys: (subgraph: string, type: string) => readonly SelectionSetNode[];
  subgraphs: readonly string[];
}

type TypeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

type Arguments = Readonly<Record<string, unknown>>;

export function readOwners(supergraphSdl: string): Owners {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const names = new Map<string, string>();
  const types = new Map<string, TypeNode>();
  for (const node of definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      types.set(node.name.value, node);
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph')
      for (const value of node.values ?? [])
        names.set(value.name.value, String(getDirectiveArguments(value.directives, 'join__graph')[0]?.name));
  }
  const getSubgraphName = (graph: unknown) => names.get(String(graph)) ?? '';
  const getJoinTypes = (type: string) => getDirectiveArguments(types.get(type)?.directives, 'join__type');
  /** A subgraph with an @interfaceObject resolves its fields for each type that implements the interface. */
  const isInterfaceObjectOwner = ({ subgraph, type }: Owner) =>
    getJoinTypes(type).some(
      ({ graph, isInterfaceObject }) => getSubgraphName(graph) === subgraph && isInterfaceObject === true,
    );
  const getInterfaceNames = (type: string) =>
    types.get(type)?.interfaces?.map(({ name }) => name.value) ?? [];
  const findOwners = (type: string, field: string): Owner[] => {
    const node = types.get(type)?.fields?.find(({ name }) => name.value === field);
    if (node === undefined) return [];
    const entries = getDirectiveArguments(node.directives, 'join__field');
    const direct = (entries.length === 0 ? getJoinTypes(type) : entries)
      .filter((entry) => entry.graph !== undefined && isResolved(entry))
      .map((entry) => createOwner(getSubgraphName(entry.graph), type, entry.requires));
    return [
      ...direct,
      ...getInterfaceNames(type).flatMap((name) => findOwners(name, field).filter(isInterfaceObjectOwner)),
    ];
  };
  return {
    find: rememberByField(findOwners),
    keys: (subgraph, type) =>
      getJoinTypes(type)
        .filter(
          ({ graph, key, resolvable }) => getSubgraphName(graph) === subgraph && key && resolvable !== false,
        )
        .map(({ key }) => parseSelectionSet(String(key))),
    subgraphs: [...names.values()],
  };
}

/** The gateway sets no override labels, so the former owner of a field with a label still resolves it. */
function isResolved({ external, usedOverridden, override, overrideLabel }: Arguments): boolean {
  const isLabelled = override !== undefined && overrideLabel !== undefined;
  return external !== true && usedOverridden !== true && !isLabelled;
}

function createOwner(subgraph: string, type: string, requires?: unknown): Owner {
  return {
    subgraph,
    type,
    requires: requires === undefined ? undefined : parseSelectionSet(String(requires)),
  };
}

/** The arguments of each directive with this name. */
function getDirectiveArguments(directives: FieldDefinitionNode['directives'], wanted: string): Arguments[] {
  return (directives ?? [])
    .filter(({ name }: DirectiveNode) => name.value === wanted)
    .map(({ arguments: list = [] }) =>
      Object.fromEntries(list.map(({ name, value }) => [name.value, valueFromASTUntyped(value)])),
    );
}

function parseSelectionSet(fields: string): SelectionSetNode {
  const [node] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (node?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`not a set of fields: ${fields}`);
  return node.selectionSet;
}

function rememberByField<Value>(find: (type: string, field: string) => Value) {
  const known = new Map<string, Value>();
  return (type: string, field: string): Value => {
    const key = `${type}.${field}`;
    const value = known.get(key) ?? find(type, field);
    known.set(key, value);
    return value;
  };
}

// Which subgraph resolves which field, as a composed supergraph says it in its @join__ directives. Read straight from the SDL,
// without the planner: the oracle must not share its mistakes.
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
  /** The type that has the field there: its own, or the interface that this subgraph knows as one type. */
  type: string;
  /** What the subgraph must be told of the entity. */
  requires: SelectionSetNode | undefined;
}

export interface Owners {
  /** Of a field of an object type, in the order of the supergraph. */
  of: (type: string, field: string) => readonly Owner[];
  /** By which a subgraph finds an entity. */
  keys: (subgraph: string, type: string) => readonly SelectionSetNode[];
  subgraphs: readonly string[];
}

type TypeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

type Given = Readonly<Record<string, unknown>>;

export function ownersIn(supergraphSdl: string): Owners {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const names = new Map<string, string>();
  const types = new Map<string, TypeNode>();
  for (const node of definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      types.set(node.name.value, node);
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph')
      for (const value of node.values ?? [])
        names.set(value.name.value, String(given(value.directives, 'join__graph')[0]?.name));
  }
  const nameOf = (graph: unknown) => names.get(String(graph)) ?? '';
  const joined = (type: string) => given(types.get(type)?.directives, 'join__type');
  /** Whoever knows an interface as one type resolves its fields for all that implement it. */
  const isOneType = ({ subgraph, type }: Owner) =>
    joined(type).some(
      ({ graph, isInterfaceObject }) => nameOf(graph) === subgraph && isInterfaceObject === true,
    );
  const interfacesOf = (type: string) => types.get(type)?.interfaces?.map(({ name }) => name.value) ?? [];
  const of = (type: string, field: string): Owner[] => {
    const node = types.get(type)?.fields?.find(({ name }) => name.value === field);
    if (node === undefined) return [];
    const entries = given(node.directives, 'join__field');
    const direct = (entries.length === 0 ? joined(type) : entries)
      .filter((entry) => entry.graph !== undefined && isResolved(entry))
      .map((entry) => owner(nameOf(entry.graph), type, entry.requires));
    return [...direct, ...interfacesOf(type).flatMap((name) => of(name, field).filter(isOneType))];
  };
  return {
    of: remembered(of),
    keys: (subgraph, type) =>
      joined(type)
        .filter(({ graph, key, resolvable }) => nameOf(graph) === subgraph && key && resolvable !== false)
        .map(({ key }) => setOf(String(key))),
    subgraphs: [...names.values()],
  };
}

/** Labels are decided by nobody: until one is taken away, the former owner is asked. */
function isResolved({ external, usedOverridden, override, overrideLabel }: Given): boolean {
  const isOnlyLabelled = override !== undefined && overrideLabel !== undefined;
  return external !== true && usedOverridden !== true && !isOnlyLabelled;
}

function owner(subgraph: string, type: string, requires?: unknown): Owner {
  return { subgraph, type, requires: requires === undefined ? undefined : setOf(String(requires)) };
}

/** The arguments of each directive of that name. */
function given(directives: FieldDefinitionNode['directives'], wanted: string): Given[] {
  return (directives ?? [])
    .filter(({ name }: DirectiveNode) => name.value === wanted)
    .map(({ arguments: list = [] }) =>
      Object.fromEntries(list.map(({ name, value }) => [name.value, valueFromASTUntyped(value)])),
    );
}

function setOf(fields: string): SelectionSetNode {
  const [node] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (node?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`no set of fields: ${fields}`);
  return node.selectionSet;
}

function remembered<Value>(find: (type: string, field: string) => Value) {
  const known = new Map<string, Value>();
  return (type: string, field: string): Value => {
    const key = `${type}.${field}`;
    const value = known.get(key) ?? find(type, field);
    known.set(key, value);
    return value;
  };
}

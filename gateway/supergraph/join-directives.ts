// Reads and changes the join directives in the SDL of a supergraph (@join__type, @join__field, @join__implements), which say what
// each subgraph has. planner-fixes/ corrects the SDL with them, and plan/ reads keys and @requires.
import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type TypeNode,
} from 'graphql';

/** The definition of an object or an interface. */
export type FieldsType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export function isFieldsType(node: { kind: Kind }): node is FieldsType {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

export function getFieldsTypes(document: DocumentNode): Map<string, FieldsType> {
  return new Map(document.definitions.filter(isFieldsType).map((type) => [type.name.value, type]));
}

/** A copy of the document with some of its types replaced. */
export function replaceTypes(document: DocumentNode, types: ReadonlyMap<string, FieldsType>): DocumentNode {
  const definitions = document.definitions.map((node) =>
    isFieldsType(node) ? (types.get(node.name.value) ?? node) : node,
  );
  return { ...document, definitions };
}

/** The directives with that name, such as "join__field". */
export function directivesNamed(node: FieldsType | FieldDefinitionNode, name: string): ConstDirectiveNode[] {
  return node.directives?.filter((directive) => directive.name.value === name) ?? [];
}

/** The value of a string argument, or of an enum argument such as `graph:`; undefined where the directive has none. */
export function stringArgument(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = findArgument(directive, argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

export function booleanArgument(directive: ConstDirectiveNode, argument: string): boolean | undefined {
  const value = findArgument(directive, argument)?.value;
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

function findArgument(directive: ConstDirectiveNode, argument: string): ArgumentNode | undefined {
  return directive.arguments?.find(({ name }) => name.value === argument);
}

/** A copy of the directive with another string for an argument that it has. */
export function replaceStringArgument(
  directive: ConstDirectiveNode,
  argument: string,
  text: string,
): ConstDirectiveNode {
  const given = directive.arguments?.map((node) =>
    node.name.value === argument ? { ...node, value: { kind: Kind.STRING as const, value: text } } : node,
  );
  return { ...directive, arguments: given ?? [] };
}

/** Parses a field set as directives have it: `id org { id }`, with or without braces around it. It may end with a comment. */
export function parseFieldSet(text: string): SelectionSetNode {
  const braced = text.trim().startsWith('{') ? text : `{${text}\n}`;
  const operation = parse(braced, { noLocation: true }).definitions[0];
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`it is no field set: ${text}`);
  return operation.selectionSet;
}

export function printFieldSet(set: SelectionSetNode): string {
  return stripIgnoredCharacters(print(set)).slice(1, -1);
}

export function getNamedTypeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : getNamedTypeName(type.type);
}

export function findField(type: FieldsType | undefined, name: string): FieldDefinitionNode | undefined {
  return type?.fields?.find((field) => field.name.value === name);
}

/** The names of the subgraphs by their values of join__Graph. */
export function getSubgraphNames(document: DocumentNode): Map<string, string> {
  const graphs = document.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map(({ name, directives = [] }) => {
      const join = directives.find((directive) => directive.name.value === 'join__graph');
      return [name.value, (join && stringArgument(join, 'name')) ?? name.value];
    }),
  );
}

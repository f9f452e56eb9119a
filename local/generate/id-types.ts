// The types of ids in generated resolver types: which id stands at which field, argument and input field of an SDL. An id that
// several subgraphs know is in platform/values/ids.ts; one that a single subgraph knows is in its own ids.ts.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type NamedTypeNode,
  parse,
  type TypeNode,
  visit,
} from 'graphql';

export interface IdTypes {
  names: ReadonlySet<string>;
  /** Those of the subgraph's own ids.ts. */
  own: ReadonlySet<string>;
  /** By place in the SDL: ids that neither the name of their field nor its type tells. */
  fields: Readonly<Record<string, string>>;
}

/** The types of the SDL that stand for an id. */
const textTypes = ['ID', 'String'];

const platformFile = resolve(import.meta.dirname, '../../platform/values/ids.ts');

/** The ids that a subgraph may name. `fields` are the `idFields` of its ids.ts. */
export function readIdTypes(folder: string, fields: IdTypes['fields']): IdTypes {
  const ownFile = resolve(folder, 'ids.ts');
  const own = existsSync(ownFile) ? findIdNames(ownFile) : [];
  return { names: new Set([...findIdNames(platformFile), ...own]), own: new Set(own), fields };
}

function findIdNames(file: string): string[] {
  const matches = readFileSync(file, 'utf8').matchAll(/^export type (\w+) = Branded</gm);
  return [...matches].map(([, name]) => name ?? '');
}

/** What is wrong with the `idFields` of an SDL: an entry that gives no id its type does nothing, and nobody would notice. */
export function findIdFieldProblems(document: DocumentNode, { names, fields }: IdTypes): string[] {
  const places = findPlacesOfIds(document);
  return Object.entries(fields).flatMap(([place, type]) => {
    if (!places.has(place)) return [`"${place}" is no ID or String of schema.graphql`];
    return names.has(type) ? [] : [`"${place}" has the type "${type}", which no ids.ts exports`];
  });
}

/** The fields, arguments and input fields that brandIds may give the type of an id. */
function findPlacesOfIds(document: DocumentNode): ReadonlySet<string> {
  const places = new Set<string>();
  const add = (place: string, { type }: FieldDefinitionNode | InputValueDefinitionNode) => {
    if (textTypes.includes(getTypeName(type))) places.add(place);
  };
  for (const definition of document.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION
    )
      continue;
    for (const field of definition.fields ?? []) {
      const place = `${definition.name.value}.${field.name.value}`;
      add(place, field);
      if (field.kind === Kind.FIELD_DEFINITION)
        for (const argument of field.arguments ?? []) add(`${place}(${argument.name.value})`, argument);
    }
  }
  return places;
}

/** Gives each ID, and each text that stands for something alike, a scalar with the name of its type. */
export function brandIds(document: DocumentNode, ids: IdTypes): DocumentNode {
  const typed = visit(withoutNode(document), {
    // A type that implements an interface answers the interface's types.
    ObjectTypeDefinition: (type) =>
      (type.interfaces ?? []).length > 0
        ? type
        : { ...type, fields: type.fields?.map((field) => brandField(ids, type.name.value, field)) },
    InputObjectTypeDefinition: (type) => ({
      ...type,
      fields: type.fields?.map((field) =>
        brandNode(field, findIdType(ids, `${type.name.value}.${field.name.value}`, field.name.value)),
      ),
    }),
  });
  const used = new Set<string>();
  visit(typed, { NamedType: ({ name }) => void (ids.names.has(name.value) && used.add(name.value)) });
  const scalars = [...used].map((name) => parse(`scalar ${name}`));
  return { ...typed, definitions: [typed, ...scalars].flatMap(({ definitions }) => definitions) };
}

/**
 * Without the interface Node, which only the gateway answers: a subgraph's own types can then have the types of their ids, and no
 * resolver is asked for.
 */
function withoutNode(document: DocumentNode): DocumentNode {
  return visit(document, {
    InterfaceTypeDefinition: ({ name }) => (name.value === 'Node' ? null : undefined),
    ObjectTypeDefinition: (type) => ({
      ...type,
      interfaces: type.interfaces?.filter(({ name }) => name.value !== 'Node') ?? [],
    }),
  });
}

function brandField(ids: IdTypes, owner: string, field: FieldDefinitionNode): FieldDefinitionNode {
  const where = `${owner}.${field.name.value}`;
  const answers = getTypeName(field.type);
  return {
    ...brandNode(field, findIdType(ids, where, field.name.value, owner)),
    arguments:
      field.arguments?.map((argument) =>
        brandNode(
          argument,
          findIdType(ids, `${where}(${argument.name.value})`, argument.name.value, answers),
        ),
      ) ?? [],
  };
}

/** The type of the id that stands here: `accountId` is an AccountId, and the `id` of an Account, or of a field that answers one. */
function findIdType(ids: IdTypes, where: string, name: string, entity = ''): string | undefined {
  const type =
    ids.fields[where] ?? (name === 'id' ? `${entity}Id` : name.charAt(0).toUpperCase() + name.slice(1));
  return ids.names.has(type) ? type : undefined;
}

function brandNode<Node extends FieldDefinitionNode | InputValueDefinitionNode>(
  node: Node,
  idType: string | undefined,
): Node {
  if (idType === undefined || !textTypes.includes(getTypeName(node.type))) return node;
  const type = visit(node.type, {
    NamedType: (named): NamedTypeNode => ({ ...named, name: { ...named.name, value: idType } }),
  });
  return { ...node, type };
}

function getTypeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : getTypeName(type.type);
}

/**
 * Imports the types of ids that the code names. Their scalars are the generator's own, so nobody writes resolvers for them;
 * and the keys of a reference come from a caller, so they are as unchecked as any argument.
 */
export function importIdTypes(code: string, ids: IdTypes): string {
  const scalars = [...ids.names].join('|');
  const typed = code
    .replaceAll(new RegExp(`^export interface (?:${scalars})ScalarConfig [^}]*}\\n+`, 'gm'), '')
    .replaceAll(new RegExp(`^ +(?:${scalars})\\?: GraphQLScalarType;\\n`, 'gm'), '')
    .replace(/^( +reference: )TReference,$/m, '$1UnparsedKeys<TReference>,');
  // An SDL without scalars of its own leaves these two imports unused.
  const hasScalars = typed.includes(' extends GraphQLScalarTypeConfig<');
  const tidy = hasScalars ? typed : typed.replace(', GraphQLScalarType, GraphQLScalarTypeConfig }', ' }');
  const isNamed = (name: string) => new RegExp(`\\b${name}\\b(?!')`).test(typed);
  const importFrom = (file: string, names: readonly string[]) =>
    names.length === 0 ? '' : `import type { ${names.toSorted().join(', ')} } from '${file}';\n`;
  const used = [...ids.names, 'Unparsed', 'UnparsedKeys'].filter(isNamed);
  const platform = used.filter((name) => !ids.own.has(name));
  const own = used.filter((name) => ids.own.has(name));
  return `${importFrom('../../platform/values/ids.ts', platform)}${importFrom('./ids.ts', own)}${tidy}`;
}

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
  visit,
} from 'graphql';
import { getNamedTypeName } from '../../gateway/supergraph/join-directives.ts';

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

export interface BrandedSdl {
  document: DocumentNode;
  /** The fields, arguments and input fields that can have the type of an id. */
  places: ReadonlySet<string>;
}

/** Gives each ID, and each text that stands for something alike, a scalar with the name of its type. */
export function brandIds(sdl: DocumentNode, ids: IdTypes): BrandedSdl {
  const places = new Set<string>();
  const brander: Brander = { ids, places };
  const typed = visit(withoutNode(sdl), {
    // A type that implements an interface answers the interface's types.
    ObjectTypeDefinition: (type) =>
      (type.interfaces ?? []).length > 0
        ? type
        : { ...type, fields: type.fields?.map((field) => brandField(brander, type.name.value, field)) },
    InputObjectTypeDefinition: (type) => ({
      ...type,
      fields: type.fields?.map((field) =>
        brandNode(brander, field, `${type.name.value}.${field.name.value}`),
      ),
    }),
  });
  const used = new Set<string>();
  visit(typed, { NamedType: ({ name }) => void (ids.names.has(name.value) && used.add(name.value)) });
  const scalars = [...used].map((name) => parse(`scalar ${name}`));
  return {
    document: { ...typed, definitions: [typed, ...scalars].flatMap(({ definitions }) => definitions) },
    places,
  };
}

/** What is wrong with the `idFields` of an SDL: an entry that gives no id its type does nothing, and nobody would notice. */
export function findIdFieldProblems({ document, places }: BrandedSdl, { names, fields }: IdTypes): string[] {
  return Object.entries(fields).flatMap(([place, type]) => {
    if (!places.has(place))
      return [
        implementsInterface(document, place)
          ? `"${place}" is in a type that implements an interface, so that its fields have the types of the interface`
          : `"${place}" is no ID or String of schema.graphql`,
      ];
    return names.has(type) ? [] : [`"${place}" has the type "${type}", which no ids.ts exports`];
  });
}

function implementsInterface({ definitions }: DocumentNode, place: string): boolean {
  return definitions.some(
    (node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION &&
      (node.interfaces ?? []).length > 0 &&
      place.startsWith(`${node.name.value}.`),
  );
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

interface Brander {
  ids: IdTypes;
  /** Collects the places that can have the type of an id. */
  places: Set<string>;
}

function brandField(brander: Brander, owner: string, field: FieldDefinitionNode): FieldDefinitionNode {
  const place = `${owner}.${field.name.value}`;
  const answers = getNamedTypeName(field.type);
  return {
    ...brandNode(brander, field, place, owner),
    arguments:
      field.arguments?.map((argument) =>
        brandNode(brander, argument, `${place}(${argument.name.value})`, answers),
      ) ?? [],
  };
}

/** `entity` is the type whose `id` stands here. */
function brandNode<Node extends FieldDefinitionNode | InputValueDefinitionNode>(
  { ids, places }: Brander,
  node: Node,
  place: string,
  entity = '',
): Node {
  if (!textTypes.includes(getNamedTypeName(node.type))) return node;
  places.add(place);
  const idType = findIdType(ids, place, node.name.value, entity);
  if (idType === undefined) return node;
  const type = visit(node.type, {
    NamedType: (named): NamedTypeNode => ({ ...named, name: { ...named.name, value: idType } }),
  });
  return { ...node, type };
}

/** The type of the id that stands here: `accountId` is an AccountId, and the `id` of an Account, or of a field that answers one. */
function findIdType(ids: IdTypes, place: string, name: string, entity: string): string | undefined {
  const type =
    ids.fields[place] ?? (name === 'id' ? `${entity}Id` : name.charAt(0).toUpperCase() + name.slice(1));
  return ids.names.has(type) ? type : undefined;
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

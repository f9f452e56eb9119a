// Composes @oneOf. Apollo's composition neither knows the directive nor keeps it, and without it the gateway would pass on an input
// with two keys, or with none. So it is declared where a subgraph uses it, and set on the input types of the supergraph.
import {
  type DirectiveDefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  GraphQLOneOfDirective,
  type InputObjectTypeDefinitionNode,
  type InputObjectTypeExtensionNode,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';

type InputNode = InputObjectTypeDefinitionNode | InputObjectTypeExtensionNode;

const { name } = GraphQLOneOfDirective;
const declaration = parse(`directive @${name} on INPUT_OBJECT`).definitions[0] as DirectiveDefinitionNode;
const directive: DirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name } };

/** The document with the definition of @oneOf, where it uses the directive and does not define it. */
export function declareOneOf(typeDefs: DocumentNode): DocumentNode {
  const isDeclared = typeDefs.definitions.some(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === name,
  );
  if (isDeclared || findOneOfInputs(typeDefs).length === 0) return typeDefs;
  return { ...typeDefs, definitions: [...typeDefs.definitions, declaration] };
}

/** The input types with @oneOf. */
function findOneOfInputs(typeDefs: DocumentNode): string[] {
  return findInputs(typeDefs).flatMap((node) => (hasOneOf(node) ? [node.name.value] : []));
}

function findInputs({ definitions }: DocumentNode): InputNode[] {
  return definitions.filter(
    (node) =>
      node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION,
  );
}

function hasOneOf({ directives = [] }: { directives?: readonly DirectiveNode[] | undefined }): boolean {
  return directives.some((node) => node.name.value === name);
}

/** The supergraph with @oneOf on each input type that has it in a subgraph: that subgraph accepts nothing else. */
export function keepOneOf(supergraphSdl: string, subgraphs: readonly { typeDefs: DocumentNode }[]): string {
  const names = new Set(subgraphs.flatMap(({ typeDefs }) => findOneOfInputs(typeDefs)));
  if (names.size === 0) return supergraphSdl;
  const document = visit(parse(supergraphSdl), {
    InputObjectTypeDefinition: (node) =>
      names.has(node.name.value) && !hasOneOf(node)
        ? { ...node, directives: [...(node.directives ?? []), directive] }
        : undefined,
  });
  return print(declareOneOf(document));
}

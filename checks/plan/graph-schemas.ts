// Two views of one supergraph: the API schema that clients see, and the composed directives (@auth, @cost, …) of its fields.
import { Supergraph } from '@apollo/federation-internals';
import { type DirectiveDefinitionNode, type GraphQLSchema, Kind, parse, print } from 'graphql';

/** The schema without @inaccessible elements, which operations are written against. */
export function buildApiSchema(supergraphSdl: string): GraphQLSchema {
  return Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
}

/** Directives that tell routers how to join subgraphs, and directives that the API schema shows as well. */
const internalDirectives = /^(join__|link$|core$|inaccessible$|tag$|deprecated$|specifiedBy$)/;

/** By field ("Query.payment"): the composed directives of the field, printed. */
export function findComposedDirectives(supergraphSdl: string): Map<string, string[]> {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const known = new Set(
    definitions
      .filter((node): node is DirectiveDefinitionNode => node.kind === Kind.DIRECTIVE_DEFINITION)
      .map(({ name }) => name.value)
      .filter((name) => !internalDirectives.test(name)),
  );
  const directivesByField = new Map<string, string[]>();
  for (const node of definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of node.fields ?? []) {
      const texts = (field.directives ?? []).filter(({ name }) => known.has(name.value)).map(print);
      if (texts.length > 0) directivesByField.set(`${node.name.value}.${field.name.value}`, texts);
    }
  }
  return directivesByField;
}

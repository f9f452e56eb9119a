// Two views of one supergraph: the API that clients see, and what composed directives (@auth, @cost, …) say about it.
import { Supergraph } from '@apollo/federation-internals';
import { type DirectiveDefinitionNode, type GraphQLSchema, Kind, parse, print } from 'graphql';

/** Without what is @inaccessible: the schema that operations are written against. */
export function apiSchemaOf(supergraphSdl: string): GraphQLSchema {
  return Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
}

/** Directives that only tell routers how to join subgraphs, or that the API schema shows anyway. */
const internal = /^(join__|link$|core$|inaccessible$|tag$|deprecated$|specifiedBy$)/;

/** By field ("Query.payment"): the composed directives on it, each as text. */
export function composedDirectives(supergraphSdl: string): Map<string, string[]> {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const known = new Set(
    definitions
      .filter((node): node is DirectiveDefinitionNode => node.kind === Kind.DIRECTIVE_DEFINITION)
      .map(({ name }) => name.value)
      .filter((name) => !internal.test(name)),
  );
  const said = new Map<string, string[]>();
  for (const node of definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of node.fields ?? []) {
      const texts = (field.directives ?? []).filter(({ name }) => known.has(name.value)).map(print);
      if (texts.length > 0) said.set(`${node.name.value}.${field.name.value}`, texts);
    }
  }
  return said;
}

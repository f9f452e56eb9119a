// The composed graph as plain SDL: every type and field, also what clients cannot see, and nothing about who resolves it.
// Answers of one subgraph are judged against it where no other subgraph is at hand.
import { buildSchema, type DefinitionNode, type GraphQLSchema, Kind, parse, print, visit } from 'graphql';

/** What a supergraph says to routers alone. */
const internal = /^(join|link|core|federation)__/;

export function composedSchemaText(supergraphSdl: string): string {
  const definitions = parse(supergraphSdl, { noLocation: true }).definitions.filter(isOfTheGraph);
  const texts = definitions.map((definition) =>
    print(
      visit(definition, {
        Directive: () => null,
        // Words change more often than promises do.
        enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
      }),
    ),
  );
  return `${texts.sort().join('\n\n')}\n`;
}

function isOfTheGraph(node: DefinitionNode): boolean {
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return false;
  return !('name' in node) || !internal.test(node.name?.value ?? '');
}

/** Throws for text that is no SDL. */
export function readComposedSchema(text: string, where: string): GraphQLSchema {
  try {
    return buildSchema(text, { assumeValid: true });
  } catch (cause) {
    const problem = (cause as Error).message;
    throw new Error(`${where} is no schema (${problem}) Write it anew with: npm run contract:record`, {
      cause,
    });
  }
}

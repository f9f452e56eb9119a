// The composed graph as plain SDL: every type and field, inaccessible ones included, without the directives that say which
// subgraph resolves what. The responses of one subgraph are checked against it when no other subgraph is available.
import { buildSchema, type DefinitionNode, type GraphQLSchema, Kind, parse, print, visit } from 'graphql';

/** Names of definitions that only routers read. */
const internalNames = /^(join|link|core|federation)__/;

export function printComposedSchema(supergraphSdl: string): string {
  const definitions = parse(supergraphSdl, { noLocation: true }).definitions.filter(isGraphDefinition);
  const texts = definitions.map((definition) =>
    print(
      visit(definition, {
        Directive: () => null,
        // Descriptions change more often than the schema does.
        enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
      }),
    ),
  );
  return `${texts.sort().join('\n\n')}\n`;
}

function isGraphDefinition(node: DefinitionNode): boolean {
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return false;
  return !('name' in node) || !internalNames.test(node.name?.value ?? '');
}

/** Throws for text that is not SDL. */
export function readComposedSchema(text: string, where: string): GraphQLSchema {
  try {
    return buildSchema(text, { assumeValid: true });
  } catch (cause) {
    const problem = (cause as Error).message;
    throw new Error(`${where} is not a schema (${problem}) Write it anew with: npm run contract:record`, {
      cause,
    });
  }
}

// Two names that a gateway needs for itself between the client and the subgraphs. GraphQL lets a client use them; here they
// are refused by name, since each would take the place of what the gateway itself has written there:
//   an alias `__typename`            what an entity says it is: a name that somebody chose would stand for a type
//   a variable `$representations`    the entities that are asked for at a subgraph
import { type ASTNode, type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** A validation rule. */
export function ReservedNamesRule(context: ValidationContext): ASTVisitor {
  const refuse = (message: string, node: ASTNode) =>
    context.reportError(new GraphQLError(message, { nodes: [node] }));
  return {
    Field: (field) => {
      if (field.alias?.value !== '__typename' || field.name.value === '__typename') return;
      refuse('"__typename" can be an alias of nothing else; choose another one.', field);
    },
    VariableDefinition: (definition) => {
      if (definition.variable.name.value !== 'representations') return;
      refuse('"$representations" is the gateway\'s own variable; choose another name.', definition);
    },
  };
}

// Refuses two names that the gateway needs between the client and the subgraphs. GraphQL lets a client use them, but each
// would replace a name that the gateway writes into subgraph calls:
//   the alias `__typename`           the gateway reads it as the type of an entity
//   the variable `$representations`  the gateway sends entities to a subgraph in it
import { type ASTNode, type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** A validation rule. */
export function ReservedNamesRule(context: ValidationContext): ASTVisitor {
  const refuse = (message: string, node: ASTNode) =>
    context.reportError(new GraphQLError(message, { nodes: [node] }));
  return {
    Field: (field) => {
      if (field.alias?.value !== '__typename' || field.name.value === '__typename') return;
      refuse('The alias "__typename" is reserved for the field of that name; choose another alias.', field);
    },
    VariableDefinition: (definition) => {
      if (definition.variable.name.value !== 'representations') return;
      refuse('The variable "$representations" is reserved for the gateway; choose another name.', definition);
    },
  };
}

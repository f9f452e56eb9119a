// Refuses a nullable variable in the only field of an input with @oneOf: its null would reach a subgraph. graphql-js has the rule,
// and overlooks the inputs that may not be null themselves.
import {
  type ASTVisitor,
  GraphQLError,
  getNullableType,
  isInputObjectType,
  isNonNullType,
  Kind,
  type ValidationContext,
} from 'graphql';

export function OneOfVariablesRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition: {
      leave: (operation) => {
        const definitions = new Map(
          operation.variableDefinitions?.map((definition) => [definition.variable.name.value, definition]),
        );
        for (const { node, parentType } of context.getRecursiveVariableUsages(operation)) {
          const definition = definitions.get(node.name.value);
          if (!definition || definition.type.kind === Kind.NON_NULL_TYPE || !isNonNullType(parentType))
            continue;
          const type = getNullableType(parentType);
          if (!isInputObjectType(type) || !type.isOneOf) continue;
          const message = `Variable "$${node.name.value}" must be non-nullable to be used for OneOf Input Object "${type.name}".`;
          context.reportError(new GraphQLError(message, { nodes: [definition, node] }));
        }
      },
    },
  };
}

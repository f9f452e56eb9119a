// Refuses a nullable variable in the only field of an input with @oneOf: its null would reach a subgraph. graphql-js has the rule,
// and overlooks the inputs that may not be null themselves, and a single input in the place of a list.
import {
  type ASTVisitor,
  GraphQLError,
  getNamedType,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  type ValidationContext,
  type VariableNode,
} from 'graphql';

export function OneOfVariablesRule(context: ValidationContext): ASTVisitor {
  // A variable that is an item of a list has the same type around it, and its null is no field of an input.
  const fieldValues = new Set<VariableNode>();
  return {
    ObjectField: ({ value }) => {
      if (value.kind === Kind.VARIABLE) fieldValues.add(value);
    },
    Document: {
      leave: ({ definitions }) => {
        for (const node of definitions)
          if (node.kind === Kind.OPERATION_DEFINITION) checkVariables(context, node, fieldValues);
      },
    },
  };
}

function checkVariables(
  context: ValidationContext,
  operation: OperationDefinitionNode,
  fieldValues: ReadonlySet<VariableNode>,
): void {
  const definitions = new Map(
    operation.variableDefinitions?.map((definition) => [definition.variable.name.value, definition]),
  );
  for (const { node, parentType } of context.getRecursiveVariableUsages(operation)) {
    const definition = definitions.get(node.name.value);
    if (!definition || definition.type.kind === Kind.NON_NULL_TYPE || !fieldValues.has(node)) continue;
    // graphql-js reports what stands directly in an input that may be null.
    if (!parentType || isInputObjectType(parentType)) continue;
    const type = getNamedType(parentType);
    if (!isInputObjectType(type) || !type.isOneOf) continue;
    const message = `Variable "$${node.name.value}" must be non-nullable to be used for OneOf Input Object "${type.name}".`;
    context.reportError(new GraphQLError(message, { nodes: [definition, node] }));
  }
}

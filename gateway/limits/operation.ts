// Which operation of a document to run, and the values of its variables.
import {
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { createRefusal, withCode } from './refusal.ts';

/** Maximum number of errors about variables in a response, however many are wrong. */
const maxErrors = 20;

/** Throws a refusal when there is no operation to run. */
export function requireOperation(operation: OperationDefinitionNode | undefined): OperationDefinitionNode {
  if (operation === undefined) {
    const message = 'Set "operationName" to the operation of the document that is to run.';
    throw createRefusal('OPERATION_RESOLUTION_FAILURE', message);
  }
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    throw createRefusal('GRAPHQL_VALIDATION_FAILED', 'This graph has no subscriptions; poll with a query.');
  }
  return operation;
}

export type CoercedVariables =
  | { variables: Record<string, unknown>; errors: [] }
  | { errors: [GraphQLError, ...GraphQLError[]] };

/** The variables with the operation's defaults, or the errors in them. */
export function coerceVariables(
  { schema, isProduction }: { schema: GraphQLSchema; isProduction: boolean },
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): CoercedVariables {
  const options = { maxErrors, hideSuggestions: isProduction };
  const { coerced = {}, errors: [first, ...more] = [] } = getVariableValues(
    schema,
    variableDefinitions,
    variables,
    options,
  );
  if (first === undefined) return { variables: coerced, errors: [] };
  const toBadUserInput = (error: GraphQLError) => withCode(error, 'BAD_USER_INPUT');
  return { errors: [toBadUserInput(first), ...more.map(toBadUserInput)] };
}

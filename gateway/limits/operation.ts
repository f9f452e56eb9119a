// The operation of a document that is to run, and the variables it came with.
import {
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { coded, refusal } from './refusal.ts';

/** What is told of variables at most, however many are wrong. */
const maxErrors = 20;

/** Throws a refusal where there is nothing to run. */
export function runnable(operation: OperationDefinitionNode | undefined): OperationDefinitionNode {
  if (operation === undefined) {
    const message = 'Say in "operationName" which operation of the document to run.';
    throw refusal('OPERATION_RESOLUTION_FAILURE', message);
  }
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    throw refusal('GRAPHQL_VALIDATION_FAILED', 'This graph has no subscriptions; ask again, or poll.');
  }
  return operation;
}

export type Coerced =
  | { variables: Record<string, unknown>; errors: [] }
  | { errors: [GraphQLError, ...GraphQLError[]] };

/** The variables with the defaults of the operation, or what is wrong with them. */
export function coerce(
  { schema, isProduction }: { schema: GraphQLSchema; isProduction: boolean },
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Record<string, unknown>,
): Coerced {
  const options = { maxErrors, hideSuggestions: isProduction };
  const { coerced = {}, errors: [first, ...more] = [] } = getVariableValues(
    schema,
    variableDefinitions,
    given,
    options,
  );
  if (first === undefined) return { variables: coerced, errors: [] };
  const wrong = (error: GraphQLError) => coded(error, 'BAD_USER_INPUT');
  return { errors: [wrong(first), ...more.map(wrong)] };
}

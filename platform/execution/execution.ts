// Executes the operations of one document. In each call graphql-js coerces the variables, and the compiled variant of the operation
// runs (compiled-operations.ts). graphql-js executes unusual operations itself, and the caller learns the reason.
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
} from 'graphql';
import { convertVariables } from '../values/exact-values.ts';
import { type FallbackReason, NotCompiled } from './compile.ts';
import { compileOperations } from './compiled-operations.ts';
import type { ExecuteSelectionSet } from './complete-value.ts';
import { ExecutionState } from './execution-state.ts';
import type { OnMissingProperty } from './field.ts';
import { Pending } from './pending.ts';

/** Returns the result at once when no resolver returned a promise. */
export type ExecuteDocument = (
  args: Pick<ExecutionArgs, 'operationName' | 'variableValues' | 'contextValue'>,
) => ExecutionResult | Promise<ExecutionResult>;

/** Maximum number of reported errors in variables, as in graphql-js. */
const maxVariableErrors = 50;

/**
 * The document must be valid. `onFallback` receives the reason each time that graphql-js executes an operation. With
 * `hideSuggestions` no error of a variable names an enum value or an input field that the schema has.
 */
export function compileDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  onFallback: (reason: FallbackReason) => void = () => {},
  hideSuggestions = false,
  onMissingProperty?: OnMissingProperty,
): ExecuteDocument {
  const findOperation = compileOperations(schema, document, onMissingProperty);
  return (args) => {
    let variableValues = args.variableValues ?? {};
    const executeByGraphqlJs = (reason: FallbackReason) => {
      onFallback(reason);
      return execute({ ...args, variableValues, schema, document, hideSuggestions });
    };
    const operation = findOperation(args.operationName);
    if (operation === undefined) return executeByGraphqlJs('no such operation');
    const definitions = operation.node.variableDefinitions ?? [];
    variableValues = convertVariables(schema, definitions, variableValues);
    const { coerced, errors } = getVariableValues(schema, definitions, variableValues, {
      maxErrors: maxVariableErrors,
      hideSuggestions,
    });
    if (coerced === undefined) return { errors };
    const variant = operation.variantFor(coerced);
    return variant instanceof NotCompiled
      ? executeByGraphqlJs(variant.reason)
      : executeOperation(variant, new ExecutionState(args.contextValue, coerced));
  };
}

function executeOperation(
  variant: ExecuteSelectionSet,
  state: ExecutionState,
): ExecutionResult | Promise<ExecutionResult> {
  try {
    const data = variant(state, undefined, undefined);
    if (!(data instanceof Pending)) return buildResult(state, data);
    return new Promise((resolve) => {
      data.listen(
        (object) => resolve(buildResult(state, object)),
        (cause) => resolve(buildNullResult(state, cause)),
      );
    });
  } catch (cause) {
    return buildNullResult(state, cause);
  }
}

function buildResult({ errors }: ExecutionState, data: unknown): ExecutionResult {
  const object = data as Record<string, unknown>;
  return errors.length === 0 ? { data: object } : { errors, data: object };
}

/** The data is null: a field failed, and neither the field nor any of its parents is nullable. */
function buildNullResult(state: ExecutionState, cause: unknown): ExecutionResult {
  state.addError(cause as GraphQLError, undefined);
  return { errors: state.errors, data: null };
}

// The execution of one document: its variables are coerced by graphql-js in each call, and the fields that they leave in the
// operation are functions that were made before. What is unusual graphql-js executes itself, and is told by its reason.
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
} from 'graphql';
import { NotCompiled, type Reason } from './compile.ts';
import { operationsOf } from './compiled-operations.ts';
import type { Execute } from './complete-value.ts';
import { Run } from './execution-state.ts';
import { Pending } from './pending.ts';

/** Answers at once when no resolver had to be waited for. */
export type Execution = (
  args: Pick<ExecutionArgs, 'operationName' | 'variableValues' | 'contextValue'>,
) => ExecutionResult | Promise<ExecutionResult>;

/** As many as graphql-js's own execution tells. */
const mostVariableErrors = 50;

/** Of a document that is valid. `onFallback` is told why, each time that graphql-js executes it. */
export function executionOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  onFallback: (reason: Reason) => void = () => {},
): Execution {
  const operationNamed = operationsOf(schema, document);
  return (args) => {
    const fallBack = (reason: Reason) => {
      onFallback(reason);
      return execute({ ...args, schema, document });
    };
    const operation = operationNamed(args.operationName);
    if (operation === undefined) return fallBack('no such operation');
    const definitions = operation.node.variableDefinitions ?? [];
    const { coerced, errors } = getVariableValues(schema, definitions, args.variableValues ?? {}, {
      maxErrors: mostVariableErrors,
    });
    if (coerced === undefined) return { errors };
    const form = operation.formFor(coerced);
    return form instanceof NotCompiled
      ? fallBack(form.reason)
      : executed(form, new Run(args.contextValue, coerced));
  };
}

function executed(form: Execute, run: Run): ExecutionResult | Promise<ExecutionResult> {
  try {
    const data = form(run, undefined, undefined);
    if (!(data instanceof Pending)) return resultOf(run, data);
    return new Promise((resolve) => {
      data.when(
        (whole) => resolve(resultOf(run, whole)),
        (cause) => resolve(lost(run, cause)),
      );
    });
  } catch (cause) {
    return lost(run, cause);
  }
}

function resultOf({ errors }: Run, data: unknown): ExecutionResult {
  const answered = data as Record<string, unknown>;
  return errors.length === 0 ? { data: answered } : { errors, data: answered };
}

/** A field failed that may not be null, and nothing around it may. */
function lost(run: Run, cause: unknown): ExecutionResult {
  run.note(cause as GraphQLError, undefined);
  return { errors: run.errors, data: null };
}

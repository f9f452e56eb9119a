// Completes the results of resolvers into response values: null and errors, lists, and objects. All items of a list are started
// before the first one is awaited, so that their reads share one batch. leaf.ts completes scalars, abstract.ts interfaces.
import { type FieldNode, GraphQLError, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { isIterableObject } from 'graphql/jsutils/isIterableObject.js';
import type { ExecutionState, InfoPath } from './execution-state.ts';
import { isPromise, Pending, PendingContainer } from './pending.ts';

/** Returns the response value or a Pending. Throws field errors. The info is for functions that find the type of a value. */
export type CompleteValue = (
  state: ExecutionState,
  value: unknown,
  path: InfoPath,
  info: GraphQLResolveInfo | undefined,
) => unknown;

/** Executes a selection set on an object of a known type. The path is undefined for the root. Returns and throws as above. */
export type ExecuteSelectionSet = (
  state: ExecutionState,
  source: unknown,
  path: InfoPath | undefined,
) => unknown;

/** Executes one field of an object. `parentPath` is the path of the object. Returns and throws as above. */
export type ExecuteField = (
  state: ExecutionState,
  source: unknown,
  parentPath: InfoPath | undefined,
) => unknown;

export interface CompiledField {
  /** The response key: the alias or the name. */
  key: string;
  execute: ExecuteField;
}

/** The field to which a value belongs, for the errors of the value. */
export interface ErrorContext {
  /** In the form `Type.field`. */
  name: string;
  nodes: readonly FieldNode[];
}

export function buildSelectionSet(fields: readonly CompiledField[]): ExecuteSelectionSet {
  const setProperty = fields.some(({ key }) => key === '__proto__') ? defineProperty : assignProperty;
  return (state, source, path) => {
    const result: Record<string, unknown> = {};
    let container: PendingContainer | undefined;
    try {
      for (const { key, execute } of fields) {
        const value = execute(state, source, path);
        if (value instanceof Pending) {
          container ??= new PendingContainer(result);
          container.waitFor(key, value);
        }
        setProperty(result, key, value);
      }
    } catch (cause) {
      if (container === undefined) throw cause;
      return container.failWhenSettled(cause);
    }
    return container ?? result;
  };
}

/** For mutations: each field starts when the field before it has finished. */
export function buildSerialSelectionSet(fields: readonly CompiledField[]): ExecuteSelectionSet {
  return (state, source, path) => {
    const result: Record<string, unknown> = {};
    const executeFrom = (index: number): unknown => {
      const field = fields[index];
      if (field === undefined) return result;
      const next = (value: unknown): unknown => {
        defineProperty(result, field.key, value);
        return executeFrom(index + 1);
      };
      const value = field.execute(state, source, path);
      return value instanceof Pending ? value.chain(next, rethrow) : next(value);
    };
    return executeFrom(0);
  };
}

function assignProperty(result: Record<string, unknown>, key: string, value: unknown): void {
  result[key] = value;
}

function defineProperty(result: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * Completes the value of a field or of a list item. The value becomes null when it is null or fails; a non-null position throws
 * instead. `completePresent` completes a value that is not null.
 */
export function buildPositionCompleter(
  completePresent: CompleteValue,
  { name, nodes }: ErrorContext,
  isNonNull: boolean,
): CompleteValue {
  const complete: CompleteValue = (state, value, path, info) => {
    if (value instanceof Error) throw value;
    if (value !== null && value !== undefined) return completePresent(state, value, path, info);
    if (isNonNull) throw new Error(`Cannot return null for non-nullable field ${name}.`);
    return null;
  };
  // These closures are outside of the returned function. The function runs for every value, and closures inside it would cost
  // memory even in calls that do not create them.
  const recoverAt = (state: ExecutionState, path: InfoPath) => (cause: unknown) =>
    state.handleFieldError(cause, nodes, path, isNonNull);
  const completePromise = (
    state: ExecutionState,
    value: PromiseLike<unknown>,
    path: InfoPath,
    info: GraphQLResolveInfo | undefined,
  ) =>
    Pending.fromPromise(value, (resolved) => complete(state, resolved, path, info), recoverAt(state, path));
  return (state, value, path, info) => {
    try {
      if (isPromise(value)) return completePromise(state, value, path, info);
      const completed = complete(state, value, path, info);
      return completed instanceof Pending ? completed.recover(recoverAt(state, path)) : completed;
    } catch (cause) {
      return state.handleFieldError(cause, nodes, path, isNonNull);
    }
  };
}

export function buildListCompleter(completeItem: CompleteValue, { name }: ErrorContext): CompleteValue {
  return (state, list, path, info) => {
    if (!isIterableObject(list))
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${name}".`);
    const result: unknown[] = [];
    let container: PendingContainer | undefined;
    try {
      for (const item of list) {
        const index = result.length;
        const value = completeItem(state, item, { prev: path, key: index, typename: undefined }, info);
        result.push(value);
        if (value instanceof Pending) {
          container ??= new PendingContainer(result);
          container.waitFor(index, value);
        }
      }
    } catch (cause) {
      ignoreRejections(list);
      throw cause;
    }
    return container ?? result;
  };
}

/** The list has failed, so its items are not awaited. A rejected item must not end the process as an unhandled rejection. */
function ignoreRejections(list: Iterable<unknown>): void {
  if (!Array.isArray(list)) return;
  for (const item of list) if (isPromise(item)) Promise.resolve(item).catch(() => {});
}

/** Completes objects of a type. When the type has isTypeOf, a value that is not of the type is an error. */
export function buildObjectCompleter(
  type: GraphQLObjectType,
  execute: ExecuteSelectionSet,
  { nodes }: ErrorContext,
): CompleteValue {
  const isTypeOf = type.isTypeOf;
  if (!isTypeOf) return execute;
  const check = (isInstance: unknown, state: ExecutionState, value: unknown, path: InfoPath): unknown => {
    if (isInstance) return execute(state, value, path);
    throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes });
  };
  return (state, value, path, info) => {
    const isInstance = isTypeOf(value, state.context, info as GraphQLResolveInfo);
    return isPromise(isInstance)
      ? Pending.fromPromise(isInstance, (resolved) => check(resolved, state, value, path), rethrow)
      : check(isInstance, state, value, path);
  };
}

export function rethrow(cause: unknown): never {
  throw cause;
}

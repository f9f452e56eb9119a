// What a resolver returned becomes what is answered: null and errors, lists, leaves, objects, and types that only show at run
// time. Of a list every item is begun before any is waited for, so that all their reads meet in one batch.
import { type FieldNode, GraphQLError, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { isIterableObject } from 'graphql/jsutils/isIterableObject.js';
import type { Path, Run } from './execution-state.ts';
import { isPromise, Pending, Whole } from './pending.ts';

/** Answers the value, or one that is pending. Throws what failed. The info is there for those that ask types for their names. */
export type Complete = (
  run: Run,
  value: unknown,
  path: Path,
  info: GraphQLResolveInfo | undefined,
) => unknown;
/** The same of an object whose type is known. */
export type Execute = (run: Run, source: unknown, path: Path | undefined) => unknown;

export interface Field {
  key: string;
  execute: Execute;
}

/** The field that a value belongs to, as its errors tell. */
export interface Site {
  /** As in `Type.field`. */
  name: string;
  nodes: readonly FieldNode[];
}

export function objectOf(fields: readonly Field[]): Execute {
  const put = fields.some(({ key }) => key === '__proto__') ? define : assign;
  return (run, source, path) => {
    const answer: Record<string, unknown> = {};
    let whole: Whole | undefined;
    try {
      for (const { key, execute } of fields) {
        const value = execute(run, source, path);
        if (value instanceof Pending) {
          whole ??= new Whole(answer);
          whole.expect(key, value);
        }
        put(answer, key, value);
      }
    } catch (cause) {
      if (whole === undefined) throw cause;
      return whole.doom(cause);
    }
    return whole ?? answer;
  };
}

/** One field after the other: the next begins when the last is done. */
export function objectInOrder(fields: readonly Field[]): Execute {
  return (run, source, path) => {
    const answer: Record<string, unknown> = {};
    const from = (index: number): unknown => {
      const field = fields[index];
      if (field === undefined) return answer;
      const next = (value: unknown): unknown => {
        define(answer, field.key, value);
        return from(index + 1);
      };
      const value = field.execute(run, source, path);
      return value instanceof Pending ? value.after(next, rethrow) : next(value);
    };
    return from(0);
  };
}

function assign(answer: Record<string, unknown>, key: string, value: unknown): void {
  answer[key] = value;
}

function define(answer: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(answer, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * A place in an answer, a field's or an item's: null where its value is null or fails, unless that may not be. `present`
 * completes a value that is there.
 */
export function placeOf(present: Complete, { name, nodes }: Site, isNonNull: boolean): Complete {
  const complete: Complete = (run, value, path, info) => {
    if (value instanceof Error) throw value;
    if (value !== null && value !== undefined) return present(run, value, path, info);
    if (isNonNull) throw new Error(`Cannot return null for non-nullable field ${name}.`);
    return null;
  };
  // Apart from the function below, which is called for every value: closures cost it memory even when they are not made.
  const rescueOf = (run: Run, path: Path) => (cause: unknown) => run.failed(cause, nodes, path, isNonNull);
  const promised = (
    run: Run,
    value: PromiseLike<unknown>,
    path: Path,
    info: GraphQLResolveInfo | undefined,
  ) => Pending.of(value, (kept) => complete(run, kept, path, info), rescueOf(run, path));
  return (run, value, path, info) => {
    try {
      if (isPromise(value)) return promised(run, value, path, info);
      const completed = complete(run, value, path, info);
      return completed instanceof Pending ? completed.rescued(rescueOf(run, path)) : completed;
    } catch (cause) {
      return run.failed(cause, nodes, path, isNonNull);
    }
  };
}

export function listOf(place: Complete, { name }: Site): Complete {
  return (run, list, path, info) => {
    if (!isIterableObject(list))
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${name}".`);
    const answer: unknown[] = [];
    let whole: Whole | undefined;
    try {
      for (const item of list) {
        const index = answer.length;
        const value = place(run, item, { prev: path, key: index, typename: undefined }, info);
        answer.push(value);
        if (value instanceof Pending) {
          whole ??= new Whole(answer);
          whole.expect(index, value);
        }
      }
    } catch (cause) {
      abandon(list);
      throw cause;
    }
    return whole ?? answer;
  };
}

/** Nobody will look at these items any more: what fails among them may not end the process. */
function abandon(list: Iterable<unknown>): void {
  if (!Array.isArray(list)) return;
  for (const item of list) if (isPromise(item)) Promise.resolve(item).catch(() => {});
}

/** An object of a type that can tell whether a value is one of its own. */
export function checkedObject(type: GraphQLObjectType, execute: Execute, { nodes }: Site): Complete {
  const isTypeOf = type.isTypeOf;
  if (!isTypeOf) return execute;
  const check = (isOne: unknown, run: Run, value: unknown, path: Path): unknown => {
    if (isOne) return execute(run, value, path);
    throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes });
  };
  return (run, value, path, info) => {
    const isOne = isTypeOf(value, run.context, info as GraphQLResolveInfo);
    return isPromise(isOne)
      ? Pending.of(isOne, (told) => check(told, run, value, path), rethrow)
      : check(isOne, run, value, path);
  };
}

export function rethrow(cause: unknown): never {
  throw cause;
}

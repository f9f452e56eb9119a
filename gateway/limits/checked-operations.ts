// Remembers the variables with which an operation was found within its limits, so that the gateway does not count it again:
// clients ask for pages of twenty all day. Only the variables that the count depends on matter, and there are few of them.
import type { OperationDefinitionNode } from 'graphql';

/** Maximum number of remembered values for each operation. An operation with more of them is counted more often. */
const maxValues = 32;

interface CheckedValues {
  names: readonly string[];
  keys: Set<string>;
}

export class CheckedOperations {
  readonly #byOperation = new WeakMap<OperationDefinitionNode, CheckedValues>();

  has(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): boolean {
    const checked = this.#byOperation.get(operation);
    const key = checked === undefined ? undefined : buildKey(checked.names, variables);
    return key !== undefined && checked?.keys.has(key) === true;
  }

  /** `used` are the variables that the count depended on. Without any, every request with this operation costs the same. */
  add(
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
    used: ReadonlySet<string>,
  ): void {
    const previous = this.#byOperation.get(operation);
    // A condition may lead to variables that no earlier count used. The remembered keys then lack their values, so that
    // they could let a larger operation pass: start again with all names.
    const hasAllNames = previous !== undefined && [...used].every((name) => previous.names.includes(name));
    const checked = hasAllNames
      ? previous
      : { names: [...new Set([...(previous?.names ?? []), ...used])], keys: new Set<string>() };
    const key = buildKey(checked.names, variables);
    if (key === undefined) return;
    if (checked.keys.size >= maxValues) checked.keys.clear();
    checked.keys.add(key);
    this.#byOperation.set(operation, checked);
  }
}

/** Undefined when a value is text or an object: those may be large, and one of them may be a password. */
function buildKey(
  names: readonly string[],
  variables: Readonly<Record<string, unknown>>,
): string | undefined {
  let key = '';
  for (const name of names) {
    const value = variables[name];
    if (typeof value === 'string' || (typeof value === 'object' && value !== null)) return undefined;
    key += `${String(value)},`;
  }
  return key;
}

// With which variables an operation was found within its limits, so that it is not counted again for the same ones: pages of
// twenty are asked for all day. Only the variables that the count looked at matter, and there are few.
import type { OperationDefinitionNode } from 'graphql';

/** Remembered of one operation: whoever varies them more has them counted. */
const most = 32;

interface Remembered {
  names: readonly string[];
  values: Set<string>;
}

export class Passed {
  readonly #byOperation = new WeakMap<OperationDefinitionNode, Remembered>();

  has(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): boolean {
    const remembered = this.#byOperation.get(operation);
    const key = remembered === undefined ? undefined : keyOf(remembered.names, variables);
    return key !== undefined && remembered?.values.has(key) === true;
  }

  /** `seen` are the variables on which the count depended; without any it is the same each time. */
  add(
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
    seen: ReadonlySet<string>,
  ): void {
    const before = this.#byOperation.get(operation);
    // A condition may lead to variables that were not looked at before; then what is remembered says too little.
    const isKnown = before !== undefined && [...seen].every((name) => before.names.includes(name));
    const remembered = isKnown
      ? before
      : { names: [...new Set([...(before?.names ?? []), ...seen])], values: new Set<string>() };
    const key = keyOf(remembered.names, variables);
    if (key === undefined) return;
    if (remembered.values.size >= most) remembered.values.clear();
    remembered.values.add(key);
    this.#byOperation.set(operation, remembered);
  }
}

/** Undefined for texts and objects: they may be large, and a password is among them. */
function keyOf(names: readonly string[], variables: Readonly<Record<string, unknown>>): string | undefined {
  let key = '';
  for (const name of names) {
    const value = variables[name];
    if (typeof value === 'string' || (typeof value === 'object' && value !== null)) return undefined;
    key += `${String(value)},`;
  }
  return key;
}

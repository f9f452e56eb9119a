// A claim about a value that a test cannot go on without.

/** Throws an Error with the claim when there is no value. */
export function required<Value>(value: Value | null | undefined, claim: string): Value {
  if (value === null || value === undefined) throw new Error(`not true: ${claim}`);
  return value;
}

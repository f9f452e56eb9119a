// Checks that a value exists, without which a test cannot continue.

/** Returns the value. Throws an error with the claim when the value is null or undefined. */
export function required<Value>(value: Value | null | undefined, claim: string): Value {
  if (value === null || value === undefined) throw new Error(`not true: ${claim}`);
  return value;
}

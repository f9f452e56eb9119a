// Conditions on the variables of @skip and @include: a list of alternatives, each of which gives values to some variables. An
// empty list means always.

export type Condition = Readonly<Record<string, boolean>>;

/** The fewest alternatives with the same meaning. A variable that makes no difference is left out. */
export function simplifyConditions(alternatives: readonly Condition[]): Condition[] {
  let current = removeDuplicates(alternatives);
  for (;;) {
    const merged = mergeOnce(current);
    if (merged === undefined) break;
    current = merged;
  }
  const needed = current.filter((one) => !current.some((other) => other !== one && isWithin(other, one)));
  return needed.some((one) => Object.keys(one).length === 0) ? [] : needed;
}

/** The values that all alternatives share. This condition holds whenever an alternative holds, and may hold at other times. */
export function findCommonCondition([first = {}, ...others]: readonly Condition[]): Condition[] {
  const common = Object.entries(first).filter(([name, is]) => others.every((other) => other[name] === is));
  return common.length === 0 ? [] : [Object.fromEntries(common)];
}

/** True when one of the alternatives holds. */
export function matchesCondition(
  alternatives: readonly Condition[],
  values: Readonly<Record<string, unknown>>,
): boolean {
  if (alternatives.length === 0) return true;
  return alternatives.some((one) => Object.entries(one).every(([name, is]) => values[name] === is));
}

/** Merges pairs that differ in one value only: they do not depend on it. Undefined when there is no such pair. */
function mergeOnce(alternatives: readonly Condition[]): Condition[] | undefined {
  const used = new Set<Condition>();
  const merged: Condition[] = [];
  for (const [index, one] of alternatives.entries())
    for (const other of alternatives.slice(index + 1)) {
      const name = findOnlyDifference(one, other);
      if (name === undefined) continue;
      const { [name]: _either, ...rest } = one;
      merged.push(rest);
      used.add(one).add(other);
    }
  if (merged.length === 0) return undefined;
  return removeDuplicates([...alternatives.filter((one) => !used.has(one)), ...merged]);
}

function findOnlyDifference(one: Condition, other: Condition): string | undefined {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return undefined;
  if (!names.every((name) => Object.hasOwn(other, name))) return undefined;
  const differing = names.filter((name) => one[name] !== other[name]);
  return differing.length === 1 ? differing[0] : undefined;
}

/** True when the narrower condition has all values of the wider one. */
function isWithin(wider: Condition, narrower: Condition): boolean {
  return Object.entries(wider).every(([name, is]) => narrower[name] === is);
}

function removeDuplicates(alternatives: readonly Condition[]): Condition[] {
  const key = (one: Condition) => JSON.stringify(Object.entries(one).sort());
  return [...new Map(alternatives.map((one) => [key(one), one])).values()];
}

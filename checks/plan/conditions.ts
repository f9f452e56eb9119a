// Under which values of the variables in @skip and @include something holds: alternatives, each a value for some of the
// variables. None at all means always.

export type Condition = Readonly<Record<string, boolean>>;

/** As few alternatives as say the same: what does not depend on a variable does not name it. */
export function simplest(alternatives: readonly Condition[]): Condition[] {
  let current = distinct(alternatives);
  for (;;) {
    const merged = mergedOnce(current);
    if (merged === undefined) break;
    current = merged;
  }
  const needed = current.filter((one) => !current.some((other) => other !== one && isWithin(other, one)));
  return needed.some((one) => Object.keys(one).length === 0) ? [] : needed;
}

/** What all alternatives have in common: it holds whenever one of them does, and perhaps at other times. */
export function inCommon([first = {}, ...others]: readonly Condition[]): Condition[] {
  const common = Object.entries(first).filter(([name, is]) => others.every((other) => other[name] === is));
  return common.length === 0 ? [] : [Object.fromEntries(common)];
}

/** Whether one of the alternatives holds. */
export function holds(
  alternatives: readonly Condition[],
  values: Readonly<Record<string, unknown>>,
): boolean {
  if (alternatives.length === 0) return true;
  return alternatives.some((one) => Object.entries(one).every(([name, is]) => values[name] === is));
}

/** Two that differ in one value alone do not depend on it. Undefined where there are no such two. */
function mergedOnce(alternatives: readonly Condition[]): Condition[] | undefined {
  const used = new Set<Condition>();
  const merged: Condition[] = [];
  for (const [index, one] of alternatives.entries())
    for (const other of alternatives.slice(index + 1)) {
      const name = onlyDifference(one, other);
      if (name === undefined) continue;
      const { [name]: _either, ...rest } = one;
      merged.push(rest);
      used.add(one).add(other);
    }
  if (merged.length === 0) return undefined;
  return distinct([...alternatives.filter((one) => !used.has(one)), ...merged]);
}

function onlyDifference(one: Condition, other: Condition): string | undefined {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return undefined;
  if (!names.every((name) => Object.hasOwn(other, name))) return undefined;
  const differing = names.filter((name) => one[name] !== other[name]);
  return differing.length === 1 ? differing[0] : undefined;
}

/** Whether all that the first asks for is among what the second asks for. */
function isWithin(wider: Condition, narrower: Condition): boolean {
  return Object.entries(wider).every(([name, is]) => narrower[name] === is);
}

function distinct(alternatives: readonly Condition[]): Condition[] {
  const key = (one: Condition) => JSON.stringify(Object.entries(one).sort());
  return [...new Map(alternatives.map((one) => [key(one), one])).values()];
}

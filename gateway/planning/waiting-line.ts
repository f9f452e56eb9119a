// Operations that wait for a planner thread. Each caller has a line of its own, and the lines take turns: a caller with many
// operations waits for itself. When all places are taken, the caller with the longest line loses its last one.

export class WaitingLine<Item> {
  readonly #maxItems: number;
  /** By caller, the one whose turn is next first. No line is empty. */
  readonly #lines = new Map<string, Item[]>();
  #size = 0;

  constructor(maxItems: number) {
    this.#maxItems = maxItems;
  }

  get size(): number {
    return this.#size;
  }

  /** How many callers wait, of those that count. */
  countCallers(isCounted: (caller: string) => boolean): number {
    let count = 0;
    for (const caller of this.#lines.keys()) if (isCounted(caller)) count += 1;
    return count;
  }

  /** Returns the item that lost its place, which may be the new one; undefined where all have one. */
  add(caller: string, item: Item): Item | undefined {
    const line = this.#lines.get(caller) ?? [];
    line.push(item);
    this.#lines.set(caller, line);
    this.#size += 1;
    if (this.#size <= this.#maxItems) return undefined;
    let [longestCaller, longest] = [caller, line];
    for (const [other, candidate] of this.#lines)
      if (candidate.length > longest.length) [longestCaller, longest] = [other, candidate];
    const lost = longest.pop();
    this.#size -= 1;
    if (longest.length === 0) this.#lines.delete(longestCaller);
    return lost;
  }

  /** Takes out the first item of the caller whose turn it is, among the callers that may have one. */
  take(isAllowed: (caller: string) => boolean): Item | undefined {
    for (const [caller, line] of this.#lines) {
      if (!isAllowed(caller)) continue;
      const item = line.shift();
      this.#size -= 1;
      // To the end of the lines: a Map keeps the order of insertion.
      this.#lines.delete(caller);
      if (line.length > 0) this.#lines.set(caller, line);
      return item;
    }
    return undefined;
  }
}

// Work that waits for a free place: a sign-in, an operation to plan. Each caller has a line of its own, and the lines take turns: a
// caller with much work waits for itself. When all places are taken, the caller with the longest line loses its last one.

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

  /** How many items come before a new one of the caller: as many of each other caller as this caller has. */
  countTurnsBefore(caller: string): number {
    const own = this.#lines.get(caller)?.length ?? 0;
    let turns = own;
    for (const [other, { length }] of this.#lines) if (other !== caller) turns += Math.min(length, own + 1);
    return turns;
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

  /** Takes out an item that no longer waits, if it is there. */
  remove(caller: string, item: Item): void {
    const line = this.#lines.get(caller);
    const index = line?.indexOf(item) ?? -1;
    if (line === undefined || index < 0) return;
    line.splice(index, 1);
    this.#size -= 1;
    if (line.length === 0) this.#lines.delete(caller);
  }

  /** Takes out the first item of the caller whose turn it is, among the callers that may have one. */
  take(isAllowed: (caller: string) => boolean = () => true): Item | undefined {
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

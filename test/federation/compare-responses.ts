// What is wrong with an answer, measured by the truth (oracle/) or by another executor's answer. Empty when nothing is.
//
// A plan asks for more than a client does: keys, what @requires names, all of it together with what the client wants. When
// such a field fails and may not be null, its subgraph answers null for the object that it is in, and the client's own fields
// of it are lost with it; what is computed from it is computed from null. Federation has it so; an error says it. Where one
// does, the answer may have more nulls than the truth, and nothing else.

import type { GraphAnswer } from './compared-graph.ts';
import type { Place, Truth } from './oracle/oracle.ts';

type Failure = { path: Place; code: string };

export interface Measure {
  /** No subgraph failed in a way that the truth knows nothing of. */
  isWhole: boolean;
  /** Fields are computed from others, or types are known to some subgraphs only: their loss shows elsewhere as more than null. */
  isEntangled: boolean;
}

export function differences(answer: GraphAnswer, truth: Truth, { isWhole, isEntangled }: Measure): string[] {
  if (answer.data === undefined) return [`refused: ${JSON.stringify(answer.errors)}`];
  const { data } = answer;
  const failures = failuresOf(answer);
  const unknown = failures.filter((failure) => !isTrue(failure, truth, data));
  const isExact = failures.length === 0 || !isEntangled;
  if (unknown.length === 0 && isWhole && isExact) {
    if (JSON.stringify(data) !== JSON.stringify(truth.data)) return ['other data than the truth'];
    return truth.losses.filter((loss) => !isTold(loss, truth, failures, data)).map(worded('silent about'));
  }
  const untrue = unknown.filter(({ path }) => isOfAValue(data, path));
  if (untrue.length > 0) return untrue.map(worded('untrue:'));
  if (isEntangled) return [];
  return moreThanNulls(data, truth.data, []).map((path) => worded('not the truth, nor null:')({ path }));
}

function failuresOf({ errors = [] }: GraphAnswer): Failure[] {
  return errors.map(({ path = [], extensions: { code } }) => ({ path, code }));
}

/** The very loss, or one by which nothing was found: nobody need say so, and if somebody does, then where the null is. */
function isTrue({ path, code }: Failure, { losses }: Truth, data: unknown): boolean {
  return losses.some((loss) =>
    loss.code === null
      ? same(nullIn(data, loss.path), nullIn(data, path))
      : same(loss.path, path) && loss.code === code,
  );
}

/** Of several that lose the same thing one is enough. */
function isTold(
  loss: Truth['losses'][number],
  { losses }: Truth,
  failures: readonly Failure[],
  data: unknown,
): boolean {
  if (loss.code === null) return true;
  const place = nullIn(data, loss.path);
  const rivals = losses.filter(({ path, code }) => code !== null && same(nullIn(data, path), place));
  return failures.some(({ path, code }) =>
    rivals.some((rival) => same(rival.path, path) && rival.code === code),
  );
}

/** Where on the way along a path the data ends in null. */
function nullIn(data: unknown, path: Place): Place | undefined {
  let value = data;
  for (const [steps, key] of path.entries()) {
    if (value === null) return path.slice(0, steps);
    value = (value as Record<string | number, unknown> | undefined)?.[key];
  }
  return value === null ? path : undefined;
}

/** Of a leaf that is there: then the error is about nothing. */
function isOfAValue(data: unknown, path: Place): boolean {
  let value = data;
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value !== null && value !== undefined && typeof value !== 'object';
}

/** Places at which something else stands than in the truth, and not null. */
function moreThanNulls(value: unknown, truth: unknown, place: Place): Place[] {
  if (value === null) return [];
  if (Array.isArray(value) && Array.isArray(truth) && value.length === truth.length)
    return value.flatMap((item, index) => moreThanNulls(item, truth[index], [...place, index]));
  if (isObject(value) && isObject(truth) && same(Object.keys(value).sort(), Object.keys(truth).sort()))
    return Object.entries(value).flatMap(([key, inside]) =>
      moreThanNulls(inside, truth[key], [...place, key]),
    );
  return JSON.stringify(value) === JSON.stringify(truth) ? [] : [place];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function worded(words: string) {
  return ({ path, code }: { path: Place; code?: string | null }) =>
    `${words} ${code ?? ''} at ${path.join('.')}`;
}

/**
 * Known faults of Apollo's executor, which ours does not have:
 * - it writes fields in another order where fragments repeat them;
 * - it counts the entities for which it knows too little to ask, and puts an error at another one's place;
 * - where one of several subgraphs answered nonsense it answers nothing at all, or null without a word, be it that the name of
 *   a type was not said once more;
 * - of two fetches for the same thing the later one wins, even if it lost what the other one found.
 */
export function disagreements(answer: GraphAnswer, stock: GraphAnswer, isEntangled: boolean): string[] {
  if (answer.data === null && answer.errors === undefined) return ['null without a word'];
  if (stock.data === undefined || (stock.data === null && stock.errors === undefined)) return [];
  if (!same(sorted(answer.data), sorted(stock.data))) {
    const isLessOfIt = moreThanNulls(stock.data, answer.data, []).length === 0;
    const isTold = answer.errors !== undefined && isEntangled;
    return isLessOfIt || isTold ? [] : ['other data than the stock executor'];
  }
  const [ours, theirs] = [failuresOf(answer), failuresOf(stock)];
  const isFor = (one: Failure) => (other: Failure) =>
    one.code === other.code && one.path[0] === other.path[0];
  const isSaid = theirs.every((one) => ours.some(isFor(one)));
  // Where something is null, and it says nothing.
  const isTrue = ours.every((one) => theirs.some(isFor(one)) || nullIn(answer.data, one.path) !== undefined);
  // Among several that lose the same thing some follow from others.
  const isRight = (isSaid && isTrue) || (isEntangled && ours.length > 0);
  return isRight ? [] : ['other errors than the stock executor'];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key])]);
}

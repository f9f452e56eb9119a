// Finds what is wrong with a response, compared with the oracle (oracle/) or with another executor. An empty list means nothing.
//
// A plan fetches more than a client selects: keys and required fields, in one operation with the client's fields. When such a field
// fails and may not be null, the subgraph returns null for the object around it, and the client's fields of that object are lost
// too. A field that is computed from a lost field is computed from null. Federation defines it so, and an error reports it. A
// response with such an error may have more nulls than the oracle's, and no other difference.

import type { ResponsePath } from '../../gateway/response/response-path.ts';
import type { GraphResponse } from './compared-graph.ts';
import type { OracleResult } from './oracle/oracle.ts';

type Failure = { path: ResponsePath; code: string };

export interface ComparisonOptions {
  /** True when the oracle saw the same faults of subgraphs as the gateway. */
  knowsFaults: boolean;
  /**
   * True when fields are computed from other fields, or when some subgraphs know only a part of the types. The loss of one field
   * can then change another value to something else than null.
   */
  hasDependentFields: boolean;
}

export function findDifferences(
  response: GraphResponse,
  expected: OracleResult,
  { knowsFaults, hasDependentFields }: ComparisonOptions,
): string[] {
  if (response.data === undefined) return [`refused: ${JSON.stringify(response.errors)}`];
  const { data } = response;
  const failures = getFailures(response);
  const unexpected = failures.filter((failure) => !isExpected(failure, expected, data));
  const isExact = failures.length === 0 || !hasDependentFields;
  if (unexpected.length === 0 && knowsFaults && isExact) {
    if (JSON.stringify(data) !== JSON.stringify(expected.data)) return ['other data than the oracle'];
    return expected.losses
      .filter((loss) => !isReported(loss, expected, failures, data))
      .map(describeWith('no error for'));
  }
  const groundless = unexpected.filter(({ path }) => isPathOfLeaf(data, path));
  if (groundless.length > 0) return groundless.map(describeWith('an error for a value that is there:'));
  if (hasDependentFields) return [];
  return findOtherValues(data, expected.data, []).map((path) =>
    describeWith('neither the oracle’s value nor null:')({ path }),
  );
}

function getFailures({ errors = [] }: GraphResponse): Failure[] {
  return errors.map(({ path = [], extensions: { code } }) => ({ path, code }));
}

/** The failure is a loss of the oracle. A missing object needs no error, but an error at the same null is valid too. */
function isExpected({ path, code }: Failure, { losses }: OracleResult, data: unknown): boolean {
  return losses.some((loss) =>
    loss.code === null
      ? isEqual(findNull(data, loss.path), findNull(data, path))
      : isEqual(loss.path, path) && loss.code === code,
  );
}

/** Of several losses that make the same value null, one error is enough. */
function isReported(
  loss: OracleResult['losses'][number],
  { losses }: OracleResult,
  failures: readonly Failure[],
  data: unknown,
): boolean {
  if (loss.code === null) return true;
  const lostPath = findNull(data, loss.path);
  const alternatives = losses.filter(
    ({ path, code }) => code !== null && isEqual(findNull(data, path), lostPath),
  );
  return failures.some(({ path, code }) =>
    alternatives.some((other) => isEqual(other.path, path) && other.code === code),
  );
}

/** The part of a path at which the data is null. */
function findNull(data: unknown, path: ResponsePath): ResponsePath | undefined {
  let value = data;
  for (const [length, key] of path.entries()) {
    if (value === null) return path.slice(0, length);
    value = (value as Record<string | number, unknown> | undefined)?.[key];
  }
  return value === null ? path : undefined;
}

/** Whether the data has a leaf value at the path: then an error at the path has no reason. */
function isPathOfLeaf(data: unknown, path: ResponsePath): boolean {
  let value = data;
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value !== null && value !== undefined && typeof value !== 'object';
}

/** The paths at which a value is neither the expected one nor null. */
function findOtherValues(value: unknown, expected: unknown, path: ResponsePath): ResponsePath[] {
  if (value === null) return [];
  if (Array.isArray(value) && Array.isArray(expected) && value.length === expected.length)
    return value.flatMap((item, index) => findOtherValues(item, expected[index], [...path, index]));
  if (
    isObject(value) &&
    isObject(expected) &&
    isEqual(Object.keys(value).sort(), Object.keys(expected).sort())
  )
    return Object.entries(value).flatMap(([key, inside]) =>
      findOtherValues(inside, expected[key], [...path, key]),
    );
  return JSON.stringify(value) === JSON.stringify(expected) ? [] : [path];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function describeWith(words: string) {
  return ({ path, code }: { path: ResponsePath; code?: string | null }) =>
    `${words} ${code ?? ''} at ${path.join('.')}`;
}

/**
 * Apollo's executor has known faults that compiled plans do not have, and that are no disagreement:
 * - It writes fields in another order where fragments repeat them.
 * - It counts the entities whose key it does not know, and gives an error the path of another entity.
 * - Where one of several subgraphs returns an invalid response, it returns no data at all, or null without an error. A missing
 *   `__typename` is enough for that.
 * - Of two fetches for the same object the later one wins, even when it lost what the other one found.
 */
export function findDisagreements(
  response: GraphResponse,
  apollo: GraphResponse,
  hasDependentFields: boolean,
): string[] {
  if (response.data === null && response.errors === undefined) return ['null without an error'];
  if (apollo.data === undefined || (apollo.data === null && apollo.errors === undefined)) return [];
  if (!isEqual(sortKeys(response.data), sortKeys(apollo.data))) {
    const hasMoreNulls = findOtherValues(apollo.data, response.data, []).length === 0;
    const isReportedLoss = response.errors !== undefined && hasDependentFields;
    return hasMoreNulls || isReportedLoss ? [] : ['other data than Apollo’s executor'];
  }
  const [gatewayFailures, apolloFailures] = [getFailures(response), getFailures(apollo)];
  const isSameRootAndCode = (one: Failure) => (other: Failure) =>
    one.code === other.code && one.path[0] === other.path[0];
  const hasTheirErrors = apolloFailures.every((one) => gatewayFailures.some(isSameRootAndCode(one)));
  // Apollo’s executor may have no error for a value that is null.
  const hasReasons = gatewayFailures.every(
    (one) => apolloFailures.some(isSameRootAndCode(one)) || findNull(response.data, one.path) !== undefined,
  );
  // Where fields depend on each other, several errors can stand for one loss.
  const agrees = (hasTheirErrors && hasReasons) || (hasDependentFields && gatewayFailures.length > 0);
  return agrees ? [] : ['other errors than Apollo’s executor'];
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sortKeys(value[key])]);
}

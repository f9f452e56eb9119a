// Sends equal representations of a fetch once: a page of purchases of one product asks for one product. The response is expanded
// again, with its errors, so that the caller sees one entity for each representation that it sent.
import type { Execute, ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { isJsonObject } from '../json-object.ts';

export function deduplicateRepresentations(execute: Execute): Execute {
  return async (operation, call) => {
    const representations = operation.variables?.representations;
    const distinct =
      Array.isArray(representations) && representations.length > 1
        ? findDistinct(representations)
        : undefined;
    if (distinct === undefined) return execute(operation, call);
    const variables = { ...operation.variables, representations: distinct.items };
    return expandResponse(await execute({ ...operation, variables }, call), distinct);
  };
}

interface Distinct {
  items: readonly unknown[];
  /** For each representation that the caller sent, the index of its item. */
  itemIndexes: readonly number[];
}

/** Undefined when no two representations are equal. */
function findDistinct(representations: readonly unknown[]): Distinct | undefined {
  const items: unknown[] = [];
  const known = new Map<string, number>();
  const itemIndexes = representations.map((representation) => {
    const text = getIdentityText(representation);
    const found = known.get(text);
    if (found !== undefined) return found;
    known.set(text, items.length);
    return items.push(representation) - 1;
  });
  return items.length === representations.length ? undefined : { items, itemIndexes };
}

/**
 * A text that two representations share only when they are equal: the planner writes the fields of a fetch in one order. The
 * length in front of each string keeps the texts distinct, and costs less than JSON. A representation with any other value
 * becomes JSON.
 */
function getIdentityText(representation: unknown): string {
  let text = '';
  for (const key in representation as object) {
    const value = (representation as Record<string, unknown>)[key];
    if (typeof value !== 'string') return JSON.stringify(representation);
    text += `${key} ${value.length} ${value}`;
  }
  return text;
}

function expandResponse(response: SubgraphResponse, { items, itemIndexes }: Distinct): SubgraphResponse {
  const { data, errors } = response;
  const expandedErrors =
    Array.isArray(errors) && errors.length > 0 ? { errors: expandErrors(errors, itemIndexes) } : {};
  if (data === null || data === undefined) return { ...response, ...expandedErrors };
  const entities: unknown = data._entities;
  // A list of a wrong length cannot be expanded, and must not reach the right length by chance: the response check rejects null.
  const fits = Array.isArray(entities) && entities.length === items.length;
  return {
    ...response,
    data: { ...data, _entities: fits ? expandEntities(entities, itemIndexes) : null },
    ...expandedErrors,
  };
}

/** Each representation gets an object of its own, because the gateway merges the data of later fetches into each of them. */
function expandEntities(entities: readonly unknown[], itemIndexes: readonly number[]): unknown[] {
  const returned = new Set<number>();
  return itemIndexes.map((item) => {
    if (returned.has(item)) return copyJson(entities[item]);
    returned.add(item);
    return entities[item];
  });
}

/** Repeats an error of one entity for each of its representations. An error about the whole fetch stays once. */
function expandErrors(errors: readonly ResponseError[], itemIndexes: readonly number[]): ResponseError[] {
  const indexesByItem = new Map<unknown, number[]>();
  for (const [index, item] of itemIndexes.entries()) {
    const indexes = indexesByItem.get(item);
    if (indexes === undefined) indexesByItem.set(item, [index]);
    else indexes.push(index);
  }
  return errors.flatMap((error) => {
    const path: unknown = error?.path;
    const indexes = Array.isArray(path) ? indexesByItem.get(path[1]) : undefined;
    if (!Array.isArray(path) || indexes === undefined) return [error];
    return indexes.map((index) => ({ ...error, path: [path[0], index, ...path.slice(2)] }));
  });
}

/** Copies a JSON value. A key "__proto__" stays an ordinary key. */
function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson);
  if (!isJsonObject(value)) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) copy[key] = copyJson(item);
  return copy;
}

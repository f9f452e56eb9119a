// Each entity is asked for once in a fetch, however often it stands in the answer: a page of purchases of one product asks
// for one product. The answer is spread out again, and so are the errors in it, so that nobody can tell.
import type { Execute, ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';

export function deduplicateRepresentations(execute: Execute): Execute {
  return async (operation, call) => {
    const all = operation.variables?.representations;
    const distinct = Array.isArray(all) && all.length > 1 ? distinctOf(all) : undefined;
    if (distinct === undefined) return execute(operation, call);
    const variables = { ...operation.variables, representations: distinct.items };
    return spread(await execute({ ...operation, variables }, call), distinct);
  };
}

interface Distinct {
  items: readonly unknown[];
  /** For each of all places, which of the items stands there. */
  itemAt: readonly number[];
}

/** Undefined when each is another one already. */
function distinctOf(all: readonly unknown[]): Distinct | undefined {
  const items: unknown[] = [];
  const known = new Map<string, number>();
  const itemAt = all.map((representation) => {
    const text = textOf(representation);
    const found = known.get(text);
    if (found !== undefined) return found;
    known.set(text, items.length);
    return items.push(representation) - 1;
  });
  return items.length === all.length ? undefined : { items, itemAt };
}

/**
 * The planner names the fields of equal representations in one order, so that equal ones have one text. Texts are told apart
 * by their lengths, which costs less than JSON; whatever else is in a representation becomes JSON with all of it.
 */
function textOf(representation: unknown): string {
  let text = '';
  for (const key in representation as object) {
    const value = (representation as Record<string, unknown>)[key];
    if (typeof value !== 'string') return JSON.stringify(representation);
    text += `${key} ${value.length} ${value}`;
  }
  return text;
}

function spread(answer: SubgraphResponse, { items, itemAt }: Distinct): SubgraphResponse {
  const { data, errors } = answer;
  const spreadErrors =
    Array.isArray(errors) && errors.length > 0 ? { errors: spreadAll(errors, itemAt) } : {};
  if (data === null || data === undefined) return { ...answer, ...spreadErrors };
  const entities: unknown = data._entities;
  // Of a list that does not fit what was asked, nobody knows what belongs where: it must not seem to fit by chance.
  const fits = Array.isArray(entities) && entities.length === items.length;
  return {
    ...answer,
    data: { ...data, _entities: fits ? spreadEntities(entities, itemAt) : null },
    ...spreadErrors,
  };
}

/** Each place gets an object of its own: what is merged into one of them is not the others'. */
function spreadEntities(entities: readonly unknown[], itemAt: readonly number[]): unknown[] {
  const taken = new Set<number>();
  return itemAt.map((item) => {
    if (taken.has(item)) return copyOf(entities[item]);
    taken.add(item);
    return entities[item];
  });
}

/** An error of one entity stands wherever the entity does; one about the whole fetch stands once. */
function spreadAll(errors: readonly ResponseError[], itemAt: readonly number[]): ResponseError[] {
  const placesOf = new Map<unknown, number[]>();
  for (const [place, item] of itemAt.entries()) {
    const places = placesOf.get(item);
    if (places === undefined) placesOf.set(item, [place]);
    else places.push(place);
  }
  return errors.flatMap((error) => {
    const path: unknown = error?.path;
    const places = Array.isArray(path) ? placesOf.get(path[1]) : undefined;
    if (!Array.isArray(path) || places === undefined) return [error];
    return places.map((place) => ({ ...error, path: [path[0], place, ...path.slice(2)] }));
  });
}

/** Of JSON; a key "__proto__" stays a key. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) copy[key] = copyOf(item);
  return copy;
}

// Where the entities of a fetch are: a plan names a path such as ["me", "purchases", "@"], in which "@" is every item of a
// list. The objects there are asked for; their places in the answer are needed only when one of them has an error.
import { getOwn, isJsonObject, type JsonObject } from '../json-object.ts';

export type Place = readonly (string | number)[];

/** The objects at a path, in the order of the answer. What is null, or not there, has nothing to ask for. */
export function findEntities(data: JsonObject, path: readonly string[]): JsonObject[] {
  const found: JsonObject[] = [];
  walk(data, path, 0, (entity) => found.push(entity));
  return found;
}

/** The places of the same objects, in the same order. */
export function findEntityPaths(data: JsonObject, path: readonly string[]): Place[] {
  const found: Place[] = [];
  walk(data, path, 0, (_entity, place) => found.push([...place]), []);
  return found;
}

type Visit = (entity: JsonObject, place: Place) => void;

function walk(
  value: unknown,
  path: readonly string[],
  at: number,
  visit: Visit,
  place?: (string | number)[],
): void {
  if (Array.isArray(value)) {
    // "@" stands for one list; a list of lists is opened to its items.
    const next = path[at] === '@' ? at + 1 : at;
    for (let index = 0; index < value.length; index += 1) {
      place?.push(index);
      walk(value[index], path, next, visit, place);
      place?.pop();
    }
    return;
  }
  if (!isJsonObject(value)) return;
  const key = path[at];
  if (key === undefined) {
    visit(value, place ?? []);
    return;
  }
  place?.push(key);
  walk(getOwn(value, key), path, at + 1, visit, place);
  place?.pop();
}

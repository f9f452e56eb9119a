// Finds the entities of a fetch in the data. A plan names them by an entity path such as ["me", "purchases", "@"], in which "@"
// is each item of a list. Each fetch needs the entities; their response paths are needed only when one of them has an error.
import { getOwn, isJsonObject, type JsonObject } from '../json-object.ts';
import type { ResponsePath } from '../response/response-path.ts';

/** The objects at an entity path, in the order of the data. A value that is null or missing is skipped. */
export function findEntities(data: JsonObject, entityPath: readonly string[]): JsonObject[] {
  const found: JsonObject[] = [];
  visitEntities(data, entityPath, 0, (entity) => found.push(entity));
  return found;
}

/** The response paths of the same objects, in the same order. */
export function findEntityPaths(data: JsonObject, entityPath: readonly string[]): ResponsePath[] {
  const found: ResponsePath[] = [];
  visitEntities(data, entityPath, 0, (_entity, path) => found.push([...path]), []);
  return found;
}

type Visit = (entity: JsonObject, path: ResponsePath) => void;

/** `path` is the response path of `value`, and left out when no caller needs it. */
function visitEntities(
  value: unknown,
  entityPath: readonly string[],
  depth: number,
  visit: Visit,
  path?: (string | number)[],
): void {
  if (Array.isArray(value)) {
    // "@" stands for one list. A list of lists is searched down to its items.
    const next = entityPath[depth] === '@' ? depth + 1 : depth;
    for (let index = 0; index < value.length; index += 1) {
      path?.push(index);
      visitEntities(value[index], entityPath, next, visit, path);
      path?.pop();
    }
    return;
  }
  if (!isJsonObject(value)) return;
  const key = entityPath[depth];
  if (key === undefined) {
    visit(value, path ?? []);
    return;
  }
  path?.push(key);
  visitEntities(getOwn(value, key), entityPath, depth + 1, visit, path);
  path?.pop();
}

// Entity references in place of joins: all ids that one plan node asks for become one SQL statement.
// A batch lives as long as one execution, so nothing is shared between viewers or remembered between requests.
import DataLoader from 'dataloader';
import type { RequestContext } from './context.ts';
import { isUuid } from './uuid.ts';

/** Turns a read of many into a read of one that is batched per execution. Results come back by position. */
export function batched<Key, Value>(
  readMany: (ctx: RequestContext, keys: readonly Key[]) => Promise<readonly (Value | Error)[]>,
  keyOf?: (key: Key) => string,
): (ctx: RequestContext, key: Key) => Promise<Value> {
  return (ctx, key) => {
    let loader = ctx.batches.get(readMany) as DataLoader<Key, Value, unknown> | undefined;
    if (loader === undefined) {
      loader = new DataLoader<Key, Value, unknown>(
        (keys) => readMany(ctx, keys),
        keyOf ? { cacheKeyFn: keyOf } : {},
      );
      ctx.batches.set(readMany, loader);
    }
    return loader.load(key);
  };
}

/** Rows by primary key: null for an id that is unknown or is no UUID at all, wherever it stands in the batch. */
export function batchedById<Row extends { id: string }>(
  readByIds: (ctx: RequestContext, ids: readonly string[]) => Promise<readonly Row[]>,
): (ctx: RequestContext, id: unknown) => Promise<Row | null> {
  const load = batched<string, Row | null>(async (ctx, ids) => {
    const rows = new Map((await readByIds(ctx, ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
  // Representations are untyped: {id: {ne: ""}} can arrive here and must become "not found", not SQL.
  return async (ctx, id) => (isUuid(id) ? load(ctx, id.toLowerCase()) : null);
}

// Collects keys that are read at one moment into one SQL statement, across all executions. A batch may serve several viewers, so a read
// receives the database and the keys but no viewer: rows are the same for all viewers, and resolvers decide who may see them.
import DataLoader from 'dataloader';
import type { ReadContext, RequestContext } from '../subgraph/context.ts';
import { requireId, type Unparsed } from '../values/ids.ts';

/** Maximum number of keys in one statement: its rows take a few milliseconds, so that no other caller waits longer. */
const maxKeys = 1000;

/** Returns one value for each key, in the order of the keys. Rows are shared between concurrent requests: never mutate them. */
export type ReadMany<Key, Value> = (ctx: ReadContext, keys: readonly Key[]) => Promise<readonly Value[]>;

/** Turns a read of many keys into a read of one key. One execution reads a key once, and keeps its value. */
export function batchReads<Key, Value>(
  readMany: ReadMany<Key, Value>,
  getKey: (key: Key) => string = String,
): (ctx: RequestContext, key: Key) => Promise<Value> {
  return (ctx, key) => {
    const valuesByKey = getOrCreate(ctx.requestReads, readMany, () => new Map<string, Promise<Value>>());
    return getOrCreate(valuesByKey, getKey(key), () =>
      getOrCreate(ctx.openBatches, readMany, () => openBatch(ctx, readMany, getKey)).load(key),
    );
  };
}

/**
 * Collects keys until the event loop has handled all requests that have arrived. No key joins a batch that has been sent, so that
 * each caller reads everything that was committed before, with its own writes.
 */
function openBatch<Key, Value>(
  { db }: ReadContext,
  readMany: ReadMany<Key, Value>,
  keyOf: (key: Key) => string,
): DataLoader<Key, Value> {
  const readDistinct = async (keys: readonly Key[]) => {
    const distinct = new Map(keys.map((key) => [keyOf(key), key]));
    const values = await readMany({ db }, [...distinct.values()]);
    const byName = new Map([...distinct.keys()].map((name, position) => [name, values[position] as Value]));
    return keys.map((key) => byName.get(keyOf(key)) as Value);
  };
  return new DataLoader(readDistinct, {
    cache: false,
    maxBatchSize: maxKeys,
    batchScheduleFn: setImmediate,
  });
}

function getOrCreate<Key, Value>(values: Map<Key, unknown>, key: Key, create: () => Value): Value {
  let value = values.get(key) as Value | undefined;
  if (value === undefined) {
    value = create();
    values.set(key, value);
  }
  return value;
}

/** Reads rows by primary key. The result is null for an unknown id. Rejects with BAD_USER_INPUT for a value that is not a UUID. */
export function batchReadsById<Row extends { id: string }>(
  readByIds: (ctx: ReadContext, ids: readonly Row['id'][]) => Promise<readonly Row[]>,
): (ctx: RequestContext, id: Unparsed<Row['id']>) => Promise<Row | null> {
  const load = batchReads<Row['id'], Row | null>(async (ctx, ids) => {
    const rows = new Map<string, Row>((await readByIds(ctx, ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
  // Representations are untyped: a value such as {ne: ""} must not reach the SQL statement, in which it would fail all other keys.
  return async (ctx, text) => load(ctx, requireId<Row['id']>('id', text));
}

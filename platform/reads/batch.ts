// Entity references in place of joins: all ids that are asked for at one moment become one SQL statement, whoever asks. Two
// viewers may stand in one batch, so a read gets the database and the keys, never a viewer: what is read here is the same for
// everybody, and who may see it is decided by the resolver, each for its own viewer.
import DataLoader from 'dataloader';
import type { ReadContext, RequestContext } from '../subgraph/context.ts';
import { parseId, type Unparsed } from '../values/ids.ts';

/** Keys of one statement: so many rows are read and made in a few milliseconds, and nobody else waits longer for them. */
const maxKeys = 1000;

/** Answers by position. Rows are shared by all who asked for them: whoever changes one changes it for strangers. */
export type ReadMany<Key, Value> = (reader: ReadContext, keys: readonly Key[]) => Promise<readonly Value[]>;

/** Turns a read of many into a read of one. Within one execution a key is read once and stays what it was. */
export function batchReads<Key, Value>(
  readMany: ReadMany<Key, Value>,
  getKey: (key: Key) => string = String,
): (ctx: RequestContext, key: Key) => Promise<Value> {
  return (ctx, key) => {
    const known = getOrCreate(ctx.requestReads, readMany, () => new Map<string, Promise<Value>>());
    return getOrCreate(known, getKey(key), () =>
      getOrCreate(ctx.openBatches, readMany, () => openBatch(ctx, readMany, getKey)).load(key),
    );
  };
}

/**
 * Collects what is asked for until the event loop has handled every request that had arrived. A batch that has left is never
 * joined: whoever asks reads what was committed before, its own writes included.
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

function getOrCreate<Key, Value>(known: Map<Key, unknown>, key: Key, make: () => Value): Value {
  let value = known.get(key) as Value | undefined;
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}

/** Rows by primary key: null for an id that is unknown or is no UUID at all, wherever it stands in the batch. */
export function batchReadsById<Row extends { id: string }>(
  readByIds: (reader: ReadContext, ids: readonly Row['id'][]) => Promise<readonly Row[]>,
): (ctx: RequestContext, id: Unparsed<Row['id']>) => Promise<Row | null> {
  const load = batchReads<Row['id'], Row | null>(async (reader, ids) => {
    const rows = new Map<string, Row>((await readByIds(reader, ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
  // Representations are untyped: {id: {ne: ""}} can arrive here and must become "not found", not SQL.
  return async (ctx, text) => {
    const id = parseId<Row['id']>(text);
    return id === null ? null : load(ctx, id);
  };
}

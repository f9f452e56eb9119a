// Automatic persisted queries: a client sends a hash, and the query once. Anybody may add to the store, so it is bounded
// by count, by bytes and by age; what is asked for least goes first, and its client sends it again.
import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import { LRUCache } from 'lru-cache';
import type { GatewaySettings } from '../settings/settings.ts';

/** Milliseconds from its last use until a query is forgotten: front-ends of last week are gone. */
const ttlMs = 7 * 24 * 60 * 60 * 1_000;

/** No single query takes more than this share of the store. */
const largestShare = 1 / 4;

/** What one entry costs beside its text, in bytes: key, list and map. */
const entryBytes = 250;

export type PersistedQuerySettings = Pick<GatewaySettings, 'PERSISTED_QUERIES' | 'PERSISTED_QUERIES_BYTES'>;

/** What Apollo asks of a store. */
type Store = NonNullable<
  Exclude<ApolloServerOptions<BaseContext>['persistedQueries'], false | undefined>['cache']
>;

export interface PersistedQueries extends Store {
  /** How many there are, and how many bytes they are counted as. */
  size: () => { count: number; bytes: number };
}

/** Undefined when they are off. */
export function persistedQueries(
  { PERSISTED_QUERIES: count, PERSISTED_QUERIES_BYTES: bytes }: PersistedQuerySettings,
  now: () => number = () => performance.now(),
): PersistedQueries | undefined {
  if (count === 0) return undefined;
  const store = new LRUCache<string, string>({
    max: count,
    maxSize: bytes,
    maxEntrySize: Math.floor(bytes * largestShare),
    // Two bytes a character: what V8 takes at most.
    sizeCalculation: (text, key) => 2 * (text.length + key.length) + entryBytes,
    ttl: ttlMs,
    updateAgeOnGet: true,
    // Ask the clock every time: the store is asked once a request.
    ttlResolution: 0,
    perf: { now },
  });
  return {
    get: async (key) => store.get(key),
    // The lifetime is ours, whatever is asked for.
    set: async (key, text) => {
      store.set(key, text);
    },
    delete: async (key) => store.delete(key),
    size: () => ({ count: store.size, bytes: store.calculatedSize }),
  };
}

// The store of automatic persisted queries: a client sends a query once with its hash, and then the hash alone. Every client
// can add to the store, so that it is bounded by count, by bytes and by age. A client whose query was dropped sends it again.
import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import { LRUCache } from 'lru-cache';
import type { GatewaySettings } from '../settings/settings.ts';

/** A query is dropped this long after its last use. Front-ends of last week are rarely in use. */
const ttlMs = 7 * 24 * 60 * 60 * 1_000;

/** Maximum share of the store for a single query. */
const maxShareOfStore = 1 / 4;

/** What an entry takes in addition to its text: key, list and map. */
const bytesPerEntry = 250;

export type PersistedQuerySettings = Pick<GatewaySettings, 'PERSISTED_QUERIES' | 'PERSISTED_QUERIES_BYTES'>;

/** The interface that Apollo needs. */
type Store = NonNullable<
  Exclude<ApolloServerOptions<BaseContext>['persistedQueries'], false | undefined>['cache']
>;

export interface PersistedQueryStore extends Store {
  /** The number of queries, and their estimated size. */
  size: () => { count: number; bytes: number };
}

/** Undefined when persisted queries are disabled. */
export function createPersistedQueryStore(
  { PERSISTED_QUERIES: count, PERSISTED_QUERIES_BYTES: bytes }: PersistedQuerySettings,
  now: () => number = () => performance.now(),
): PersistedQueryStore | undefined {
  if (count === 0) return undefined;
  const store = new LRUCache<string, string>({
    max: count,
    maxSize: bytes,
    maxEntrySize: Math.floor(bytes * maxShareOfStore),
    // V8 takes at most two bytes for a character.
    sizeCalculation: (text, key) => 2 * (text.length + key.length) + bytesPerEntry,
    ttl: ttlMs,
    updateAgeOnGet: true,
    // Read the clock on every access: there is one for each request.
    ttlResolution: 0,
    perf: { now },
  });
  return {
    get: async (key) => store.get(key),
    // Ignores the lifetime that a client asks for.
    set: async (key, text) => {
      store.set(key, text);
    },
    delete: async (key) => store.delete(key),
    size: () => ({ count: store.size, bytes: store.calculatedSize }),
  };
}

// The gateway's cache of complete responses to public queries, as the text that clients get. An entry lives until it expires
// or data that it was made of has changed. Count and bytes are bounded; the least recently used entry goes first.
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { LRUCache } from 'lru-cache';
import type { Freshness, Mark } from '../cache-policy/freshness.ts';
import { isJsonObject } from '../json-object.ts';
import type { GatewaySettings } from '../settings/settings.ts';

export interface CachedResponse {
  text: string;
  storedAt: number;
  marks: readonly Mark[];
}

/** The largest share of the cache's bytes that one response may take. */
const maxShare = 1 / 8;

/** What an entry takes beside its text and key, in bytes. */
const entryBytes = 500;

export interface ResponseCache {
  find: (key: string) => CachedResponse | undefined;
  set: (key: string, response: Omit<CachedResponse, 'storedAt'>, options: { maxAgeSeconds: number }) => void;
  /** In whole seconds, for the header `Age`. */
  getAgeSeconds: (response: CachedResponse) => number;
  clear: () => void;
}

/** Undefined when an operator has switched the cache off. */
export function openResponseCache(
  { RESPONSE_CACHE: count, RESPONSE_CACHE_BYTES: bytes }: GatewaySettings,
  freshness: Freshness,
  now: () => number = () => performance.now(),
): ResponseCache | undefined {
  if (count === 0) return undefined;
  const entries = new LRUCache<string, CachedResponse>({
    max: count,
    maxSize: bytes,
    maxEntrySize: Math.floor(bytes * maxShare),
    // V8 takes at most two bytes for each character.
    sizeCalculation: ({ text }, key) => 2 * (text.length + key.length) + entryBytes,
    ttlResolution: 0,
    perf: { now },
  });
  return {
    find: (key) => {
      const response = entries.get(key);
      if (response === undefined || response.marks.every(freshness.isFresh)) return response;
      entries.delete(key);
      return undefined;
    },
    set: (key, response, { maxAgeSeconds }) => {
      entries.set(key, { ...response, storedAt: now() }, { ttl: maxAgeSeconds * 1_000 });
    },
    getAgeSeconds: ({ storedAt }) => Math.floor((now() - storedAt) / 1_000),
    clear: () => entries.clear(),
  };
}

interface KeyedRequest extends Pick<GatewayGraphQLRequestContext, 'queryHash' | 'operation' | 'request'> {
  headers: Readonly<Record<string, string>> | undefined;
}

/** Equal for requests that differ at most in their viewers, and in variables that the operation does not declare. */
export function buildRequestKey({ queryHash, operation, request, headers }: KeyedRequest): string {
  const given = request.variables ?? {};
  const variables = (operation.variableDefinitions ?? []).flatMap(({ variable }) => {
    const name = variable.name.value;
    return Object.hasOwn(given, name) ? [[name, sortFields(given[name])]] : [];
  });
  return JSON.stringify([queryHash, operation.name?.value, variables, headers && Object.entries(headers)]);
}

/** Makes objects equal whose fields stand in different orders. */
function sortFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortFields);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [name, sortFields(field)]);
  // An object around the pairs, because a client can also send a list of pairs.
  return { of: fields.sort(([one], [other]) => (one < other ? -1 : 1)) };
}

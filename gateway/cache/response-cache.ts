// Whole answers to public queries, as the text that leaves, kept until their time is up or something they were made of has
// changed. Bounded by count and by bytes; what is asked for least goes first.
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import { LRUCache } from 'lru-cache';
import type { GatewaySettings } from '../settings/settings.ts';
import type { Freshness, Mark } from './freshness.ts';

export interface KeptAnswer {
  text: string;
  keptAt: number;
  marks: readonly Mark[];
}

/** No answer takes more than this share of the bytes. */
const largestShare = 1 / 8;

/** What an entry costs beside its texts, in bytes. */
const entryBytes = 500;

export interface Responses {
  /** The key of a request; nothing that a client says under another name than its operation does is in it. */
  keyOf: (asked: Asked) => string;
  find: (key: string) => KeptAnswer | undefined;
  /** `maxAge`: for how many seconds. */
  keep: (key: string, answer: Omit<KeptAnswer, 'keptAt'>, maxAge: number) => void;
  /** Whole seconds since it was kept. */
  ageOf: (answer: KeptAnswer) => number;
  clear: () => void;
  size: () => { count: number; bytes: number };
}

type Asked = Pick<GatewayGraphQLRequestContext, 'queryHash' | 'operation' | 'request'> & {
  headers: Readonly<Record<string, string>> | undefined;
};

/** Undefined when they are off. */
export function openResponses(
  { RESPONSE_CACHE: count, RESPONSE_CACHE_BYTES: bytes }: GatewaySettings,
  freshness: Freshness,
  now: () => number = () => performance.now(),
): Responses | undefined {
  if (count === 0) return undefined;
  const store = new LRUCache<string, KeptAnswer>({
    max: count,
    maxSize: bytes,
    maxEntrySize: Math.floor(bytes * largestShare),
    // Two bytes a character: what V8 takes at most.
    sizeCalculation: ({ text }, key) => 2 * (text.length + key.length) + entryBytes,
    ttlResolution: 0,
    perf: { now },
  });
  return {
    keyOf,
    find: (key) => {
      const answer = store.get(key);
      if (answer === undefined || answer.marks.every(freshness.isFresh)) return answer;
      store.delete(key);
      return undefined;
    },
    keep: (key, answer, maxAge) => {
      store.set(key, { ...answer, keptAt: now() }, { ttl: maxAge * 1_000 });
    },
    ageOf: ({ keptAt }) => Math.floor((now() - keptAt) / 1_000),
    clear: () => store.clear(),
    size: () => ({ count: store.size, bytes: store.calculatedSize }),
  };
}

/** Equal for requests that are the same to everybody but their viewers. */
export function keyOf({ queryHash, operation, request, headers }: Asked): string {
  const given = request.variables ?? {};
  const variables = (operation.variableDefinitions ?? []).flatMap(({ variable }) => {
    const name = variable.name.value;
    return Object.hasOwn(given, name) ? [[name, ordered(given[name])]] : [];
  });
  return JSON.stringify([queryHash, operation.name?.value, variables, headers && Object.entries(headers)]);
}

/** Objects are equal in whatever order their fields stand. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [name, ordered(field)]);
  // As pairs, marked as such: a list of lists is another value.
  return { of: fields.sort(([one], [other]) => (one < other ? -1 : 1)) };
}

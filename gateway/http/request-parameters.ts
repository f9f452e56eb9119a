// Reads the parameters of a GraphQL request from a body or a query string into one form. A missing parameter is undefined.
// Apollo checks the types of `query`, `operationName`, `variables` and `extensions`.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { parseStrictJson } from '../../platform/http/strict-json.ts';
import { createBadRequest, HttpRefusal } from './refusal.ts';

export type RequestParameters = Partial<Record<(typeof parameterNames)[number], unknown>>;

const parameterNames = [
  'query',
  'operationName',
  'variables',
  'extensions',
  'documentId',
  // Relay's users send its ids under these names. They mean something to gateway/trusted-documents/ only.
  'id',
  'doc_id',
] as const;

export function readParameters(request: FastifyRequest): RequestParameters {
  return request.method === 'GET' ? readSearchParameters(request.url) : readBodyParameters(request.body);
}

function readBodyParameters(body: unknown): RequestParameters {
  if (Array.isArray(body)) throw new HttpRefusal(400, 'BATCHING_NOT_SUPPORTED');
  if (typeof body !== 'object' || body === null)
    throw createBadRequest('The request body is not a JSON object.');
  return pickParameters((name) =>
    Object.hasOwn(body, name) ? (body as RequestParameters)[name] : undefined,
  );
}

function readSearchParameters(url: string): RequestParameters {
  const start = url.indexOf('?');
  const text = start === -1 ? '' : url.slice(start + 1);
  refuseBrokenEscapes(text);
  const search = new URLSearchParams(text);
  return pickParameters((name) => {
    const [value, ...more] = search.getAll(name);
    if (more.length > 0) throw createBadRequest(`The parameter "${name}" occurs more than once.`);
    // Forms and links send an empty parameter for one without a value.
    if (value === undefined || value === '') return undefined;
    return name === 'variables' || name === 'extensions' ? parseStrictJson(value) : value;
  });
}

/** URLSearchParams replaces bytes that are not UTF-8, and the gateway would execute a different query. */
function refuseBrokenEscapes(text: string): void {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw createBadRequest('The query string is not UTF-8.');
  }
  if (decoded.includes('\0')) throw createBadRequest('The query string contains NUL.');
}

function pickParameters(find: (name: (typeof parameterNames)[number]) => unknown): RequestParameters {
  return Object.fromEntries(
    parameterNames.map((name) => [name, find(name)] as const).filter(([, value]) => value !== undefined),
  );
}

/** Undefined when the request has none. */
export function getPersistedQueryHash({ extensions }: RequestParameters): unknown {
  const entry = (extensions as { persistedQuery?: { sha256Hash?: unknown } | null } | null | undefined)
    ?.persistedQuery;
  return entry?.sha256Hash;
}

/** Throws 400 unless the hash is well-formed and belongs to the query: no client may store a query under another one's hash. */
export function checkPersistedQueryHash(params: RequestParameters): void {
  const { extensions, query } = params;
  const entry: unknown = (extensions as { persistedQuery?: unknown } | null | undefined)?.persistedQuery;
  if (entry === undefined || entry === null) return;
  const { version, sha256Hash } = entry as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string' || !/^[0-9a-f]{64}$/.test(sha256Hash)) {
    throw createBadRequest(
      '"persistedQuery" needs version 1 and "sha256Hash", a SHA-256 in lower-case hexadecimal.',
    );
  }
  if (typeof query === 'string' && sha256(query) !== sha256Hash) {
    throw new HttpRefusal(400, 'PERSISTED_QUERY_HASH_MISMATCH');
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

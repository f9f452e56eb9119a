// The parameters of a GraphQL request, from a body or a query string, in one form. What is not there stays undefined;
// the types of `query`, `operationName`, `variables` and `extensions` are for Apollo to check.
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { badRequest, HttpRefusal } from './refusal.ts';
import { readJson } from './strict-json.ts';

export type Params = Partial<Record<(typeof names)[number], unknown>>;

const names = ['query', 'operationName', 'variables', 'extensions', 'documentId'] as const;

export function paramsOf(request: FastifyRequest): Params {
  const params = request.method === 'GET' ? paramsOfQuery(request.url) : paramsOfBody(request.body);
  refuseHash(params);
  return params;
}

function paramsOfBody(body: unknown): Params {
  if (Array.isArray(body)) throw new HttpRefusal(400, 'BATCHING_NOT_SUPPORTED');
  if (typeof body !== 'object' || body === null) throw badRequest('The request body is not a JSON object.');
  return picked((name) => (Object.hasOwn(body, name) ? (body as Params)[name] : undefined));
}

function paramsOfQuery(url: string): Params {
  const start = url.indexOf('?');
  const text = start === -1 ? '' : url.slice(start + 1);
  refuseBrokenEscapes(text);
  const search = new URLSearchParams(text);
  return picked((name) => {
    const [value, ...more] = search.getAll(name);
    if (more.length > 0) throw badRequest(`The parameter "${name}" is there more than once.`);
    // Empty is how forms and links say "none".
    if (value === undefined || value === '') return undefined;
    return name === 'variables' || name === 'extensions' ? readJson(value) : value;
  });
}

/** URLSearchParams would put a replacement character for bytes that are not UTF-8, and run something else. */
function refuseBrokenEscapes(text: string): void {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw badRequest('The query string is not UTF-8.');
  }
  if (decoded.includes('\0')) throw badRequest('The query string has NUL in it.');
}

function picked(find: (name: (typeof names)[number]) => unknown): Params {
  return Object.fromEntries(
    names.map((name) => [name, find(name)] as const).filter(([, value]) => value !== undefined),
  );
}

/** The hash of a persisted query, if the request has one. */
export function hashOf({ extensions }: Params): string | undefined {
  const entry = (extensions as { persistedQuery?: { sha256Hash?: string } } | null | undefined)
    ?.persistedQuery;
  return entry?.sha256Hash;
}

/** A hash is a hash, and that of the query it comes with: else one client could give another's hash its own meaning. */
function refuseHash(params: Params): void {
  const { extensions, query } = params;
  const entry: unknown = (extensions as { persistedQuery?: unknown } | null | undefined)?.persistedQuery;
  if (entry === undefined || entry === null) return;
  const { version, sha256Hash } = entry as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string' || !/^[0-9a-f]{64}$/.test(sha256Hash)) {
    throw badRequest(
      '"persistedQuery" needs version 1 and "sha256Hash", the SHA-256 in lower-case hexadecimal.',
    );
  }
  if (typeof query === 'string' && sha256(query) !== sha256Hash) {
    throw new HttpRefusal(400, 'PERSISTED_QUERY_HASH_MISMATCH');
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

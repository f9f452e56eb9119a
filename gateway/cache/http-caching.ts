// HTTP caching of responses that a cache may keep (RFC 9111): sets `Vary` and, for GET, an `ETag` of the content. A client that
// has this content already gets 304 without it (RFC 9110). Caches do not keep responses to POST.
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GatewaySettings } from '../settings/settings.ts';

/** To be called before the GraphQL route is added. Responses that must not be cached have their headers from http/response-headers.ts. */
export function setCacheHeaders(server: FastifyInstance, { FORWARD_HEADERS }: GatewaySettings): void {
  server.addHook('onSend', async (request, reply, payload) => {
    const control = reply.getHeader('cache-control');
    if (typeof control !== 'string' || control === 'no-store' || typeof payload !== 'string') return payload;
    // A public response does not depend on the session: with `authorization` in `Vary`, a cache would keep one copy for each session.
    const isPublic = control.startsWith('public');
    addVary(reply, [
      'accept',
      'accept-encoding',
      'origin',
      ...(isPublic ? [] : ['authorization']),
      ...FORWARD_HEADERS,
    ]);
    if (request.method !== 'GET') return payload;
    const tag = computeEtag(payload);
    reply.header('etag', tag);
    if (!matchesEtag(tag, request.headers['if-none-match'])) return payload;
    reply.code(304);
    reply.removeHeader('content-type');
    reply.removeHeader('content-length');
    return null;
  });
}

function addVary(reply: FastifyReply, names: readonly string[]): void {
  const present = String(reply.getHeader('vary') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known = new Set(present.map((name) => name.toLowerCase()));
  reply.header('vary', [...present, ...names.filter((name) => !known.has(name))].join(', '));
}

/** Weak, because the compressed and the uncompressed response have the same tag. */
function computeEtag(text: string): string {
  return `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Compares weakly, as RFC 9110 requires for If-None-Match. */
function matchesEtag(tag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const value = tag.slice(2);
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === value);
}

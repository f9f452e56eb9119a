// What caches between us and the client are told of an answer that may be kept (RFC 9111), and how they ask whether it is
// still the same: a tag of its content, and 304 without the content where they have it (RFC 9110). By GET alone: nobody
// keeps the answer to a POST.
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GatewaySettings } from '../settings/settings.ts';

/** Call it before the route of the graph is there. What may not be kept says so already: http/response-headers.ts. */
export function mayBeKept(server: FastifyInstance, { FORWARD_HEADERS }: GatewaySettings): void {
  server.addHook('onSend', async (request, reply, payload) => {
    const control = reply.getHeader('cache-control');
    if (typeof control !== 'string' || control === 'no-store' || typeof payload !== 'string') return payload;
    // The session is no part of what is public: with it among these, each would have a copy of its own.
    const isPublic = control.startsWith('public');
    vary(reply, [
      'accept',
      'accept-encoding',
      'origin',
      ...(isPublic ? [] : ['authorization']),
      ...FORWARD_HEADERS,
    ]);
    if (request.method !== 'GET') return payload;
    const tag = tagOf(payload);
    reply.header('etag', tag);
    if (!isAmong(tag, request.headers['if-none-match'])) return payload;
    reply.code(304);
    reply.removeHeader('content-type');
    reply.removeHeader('content-length');
    return null;
  });
}

function vary(reply: FastifyReply, names: readonly string[]): void {
  const before = String(reply.getHeader('vary') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known = new Set(before.map((name) => name.toLowerCase()));
  reply.header('vary', [...before, ...names.filter((name) => !known.has(name))].join(', '));
}

/** Weak: compressed or not, it is the same answer. */
function tagOf(text: string): string {
  return `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Compared weakly, as RFC 9110 has it for If-None-Match. */
function isAmong(tag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const value = tag.slice(2);
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === value);
}

// The address of a client: the other end of the connection, unless trusted proxies (TRUSTED_PROXIES) report another one.
// Fastify reads `X-Forwarded-For` from the right, for as long as the writer of an entry is trusted. A client's own entries
// are further left, so that the gateway never reaches them.
import type { FastifyRequest } from 'fastify';
import { parseAddress } from '../../platform/identity/client-address.ts';

/** When a proxy writes something that is no address, the gateway takes the proxy's own address. */
export function getClientAddress(request: FastifyRequest): string | undefined {
  return parseAddress(request.ip) ?? parseAddress(request.socket.remoteAddress);
}

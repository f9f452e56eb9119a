// Where a request comes from: the other end of the connection, or what the proxies that an operator trusts say of it.
// `X-Forwarded-For` is read from the right, as far as its writers are trusted: what a client puts there itself stands
// further left and is never reached.
import type { FastifyRequest } from 'fastify';
import { parseAddress } from '../../platform/identity/client-address.ts';

/** The client's address. A proxy that writes something else there is taken for the client itself. */
export function clientAddress(request: FastifyRequest): string | undefined {
  return parseAddress(request.ip) ?? parseAddress(request.socket.remoteAddress);
}

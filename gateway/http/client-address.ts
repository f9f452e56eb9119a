// The address of a client: the other end of the connection, unless trusted proxies (TRUSTED_PROXIES) report another one.
// Fastify reads `X-Forwarded-For` from the right, for as long as the writer of an entry is trusted. A client's own entries
// are further left, so that the gateway never reaches them.
import type { FastifyRequest } from 'fastify';
import { parseAddress } from '../../platform/identity/client-address.ts';
import { isThisMachine } from '../../platform/process/exposure.ts';

/** Headers that a proxy adds, and no client itself. */
const forwardingHeaders = [
  'cf-connecting-ip',
  'forwarded',
  'true-client-ip',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
];

/** The unspecified address: a client behind a proxy on this machine, which could be anywhere. */
export const addressBehindProxy = '::';

/**
 * When a proxy writes something that is no address, or is not trusted, the gateway takes the proxy's own address. Only this machine's
 * own address does not stand for others: what is for this machine alone would be open to all clients of the proxy.
 */
export function getClientAddress(request: FastifyRequest): string | undefined {
  const socketAddress = parseAddress(request.socket.remoteAddress);
  const address = parseAddress(removePort(request.ip));
  if (address !== undefined && address !== socketAddress) return address;
  const isForwarded = forwardingHeaders.some((name) => request.headers[name] !== undefined);
  const isLocal = socketAddress !== undefined && isThisMachine(socketAddress);
  return isForwarded && isLocal ? addressBehindProxy : socketAddress;
}

/** Some proxies write the port too: 203.0.113.9:4711, [2001:db8::1]:4711, and brackets alone. */
function removePort(address: string): string {
  const [, inBrackets, ipv4] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(address) ?? [];
  return inBrackets ?? ipv4 ?? address;
}

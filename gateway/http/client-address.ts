// Where a request comes from: the other end of the connection, or what the proxies that an operator trusts say of it.
// `X-Forwarded-For` is read from the right, as far as its writers are trusted: what a client puts there itself stands
// further left and is never reached.
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addressFrom } from '../../platform/identity/client-address.ts';

/** Addresses and networks (10.0.0.0/8, fd00::/8), separated by commas; none by default. */
export const proxyAddresses = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim()))
  .transform((entries) => entries.filter((entry) => entry !== ''))
  .refine(
    (entries) => entries.every(isAddressOrNetwork),
    'must be addresses or networks like 10.0.0.0/8, separated by commas',
  );

function isAddressOrNetwork(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  if (bits === undefined) return true;
  // The whole internet is no proxy: with /0 every client could say where it comes from.
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

/** The client's address. A proxy that writes something else there is taken for the client itself. */
export function clientAddress(request: FastifyRequest): string | undefined {
  return addressFrom(request.ip) ?? addressFrom(request.socket.remoteAddress);
}

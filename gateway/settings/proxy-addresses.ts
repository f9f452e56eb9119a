// TRUSTED_PROXIES: the addresses and networks whose `X-Forwarded-For` the gateway believes (http/client-address.ts).
import { isIP } from 'node:net';
import { z } from 'zod';

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

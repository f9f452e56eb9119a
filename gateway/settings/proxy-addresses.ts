// TRUSTED_PROXIES: the addresses and networks whose `X-Forwarded-For` the gateway trusts (http/client-address.ts).
import { isIP } from 'node:net';
import { z } from 'zod';

/** Addresses and networks (10.0.0.0/8, fd00::/8), separated by commas. */
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
  // A network of /0 is every address: each client could then choose its own.
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

// ALLOWED_HOSTS: the host names under which clients may address the gateway (http/allowed-hosts.ts).
import { isIP } from 'node:net';
import { z } from 'zod';

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Names and addresses without a port, separated by commas, or a single `*` for every name. The value has them in lower case. */
export const hostNames = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim().toLowerCase()))
  .transform((entries) => [...new Set(entries.filter((entry) => entry !== ''))])
  .refine((entries) => entries.every(isHostName) || (entries.length === 1 && entries[0] === '*'), {
    error: 'must be host names like shop.example, without a port, separated by commas; or * for every name',
  });

function isHostName(entry: string): boolean {
  return hostName.test(entry) || isIP(entry) !== 0;
}

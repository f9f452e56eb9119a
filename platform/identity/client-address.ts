// Where a client's request came from, as the gateway saw it: for counting, never for deciding who somebody is.
// In memory it travels as a value, over HTTP as a header that is read only from callers with a valid identity.
import { isIP, isIPv4, SocketAddress } from 'node:net';

/** On the signed hop alone. The gateway writes it; what a client sends under this name ends at the gateway. */
export const addressHeader = 'client-address';

/** The address in one form, however it was written; undefined for what is none. */
export function parseAddress(text: unknown): string | undefined {
  // A zone names an interface of ours, not the client.
  const withoutZone = typeof text === 'string' ? text.split('%', 1)[0] : undefined;
  if (withoutZone === undefined || isIP(withoutZone) === 0) return undefined;
  if (isIPv4(withoutZone)) return withoutZone;
  const { address } = new SocketAddress({ address: withoutZone, family: 'ipv6' });
  // An IPv4 client of a socket that takes both.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  return mapped ?? address;
}

/**
 * What is counted as one client: an IPv4 address, or the /64 of an IPv6 address, since a single subscriber has all of that
 * to choose from (RFC 6177).
 */
export function getNetwork(address: string): string {
  if (isIPv4(address)) return address;
  const [before = '', after] = address.split('::', 2);
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const head = groups(before);
  const tail = after === undefined ? [] : groups(after);
  // The last 32 bits may be written like an IPv4 address: two groups in one.
  const written = head.length + tail.length + (address.includes('.') ? 1 : 0);
  const zeros = after === undefined ? [] : Array.from({ length: 8 - written }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

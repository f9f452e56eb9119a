// The IP address of a client, as the gateway sees it. It serves to count requests, never to decide who the caller is.
// A call in memory carries it as a value, a call over HTTP as a header, which subgraphs read from callers with a valid identity.
import { isIP, isIPv4, SocketAddress } from 'node:net';

/** A header of signed calls only. The gateway writes it, and never forwards a header of this name from a client. */
export const addressHeader = 'client-address';

/** The address in its canonical notation; undefined when the text is no address. */
export function parseAddress(text: unknown): string | undefined {
  // An IPv6 zone names a network interface of this machine, not of the client.
  const withoutZone = typeof text === 'string' ? text.split('%', 1)[0] : undefined;
  if (withoutZone === undefined || isIP(withoutZone) === 0) return undefined;
  if (isIPv4(withoutZone)) return withoutZone;
  const { address } = new SocketAddress({ address: withoutZone, family: 'ipv6' });
  // A socket for both families shows an IPv4 client as an IPv6 address.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  return mapped ?? address;
}

/**
 * The network that counts as one client: an IPv4 address, or the /64 of an IPv6 address, because one subscriber may use all
 * addresses in it (RFC 6177).
 */
export function getNetwork(address: string): string {
  if (isIPv4(address)) return address;
  const [before = '', after] = address.split('::', 2);
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const head = groups(before);
  const tail = after === undefined ? [] : groups(after);
  // The last 32 bits may have the notation of an IPv4 address, which replaces two groups.
  const written = head.length + tail.length + (address.includes('.') ? 1 : 0);
  const zeros = after === undefined ? [] : Array.from({ length: 8 - written }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

// Finds heads of requests that programs read differently. Node takes the first of two equal headers in silence, and routes a request
// for "http://other.example/path" by its path: a proxy or a filter in front may have judged the second header, or the other host.
import type { IncomingMessage } from 'node:http';

/** Headers of which Node takes the first. It refuses two lengths of a body itself, and joins what a list may be made of. */
const singleHeaders: ReadonlyMap<string, string> = new Map(
  ['Host', 'Content-Type', 'Authorization'].map((name) => [name.toLowerCase(), name]),
);

type RequestHead = Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders'>;

/** What is wrong with the head, for the client: it repeats nothing of the request. Undefined when it has one meaning only. */
export function findAmbiguity({ url = '', headers, rawHeaders }: RequestHead): string | undefined {
  const repeated = findRepeatedHeader(rawHeaders);
  if (repeated !== undefined) return `The header ${repeated} occurs more than once.`;
  const { host, ':authority': authority } = headers as Record<string, string | undefined>;
  const target = url.startsWith('/') ? undefined : parseTargetHost(url);
  const isOneHost = isSame(target, authority ?? host ?? '') && isSame(authority, host);
  return isOneHost ? undefined : 'The request names two different hosts.';
}

/** True where one of the two is missing as well. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one.toLowerCase() === other.toLowerCase();
}

function findRepeatedHeader(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = singleHeaders.get((rawHeaders[index] ?? '').toLowerCase());
    if (name === undefined) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

/** The host of a request target in absolute form (RFC 9112, section 3.2.2), as it is written. */
function parseTargetHost(target: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1];
}

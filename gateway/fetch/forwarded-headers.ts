// The client's headers that go on to subgraphs which are not this repository's: those that an operator names
// (settings/header-names.ts), none by default.
import type { IncomingHttpHeaders } from 'node:http';

/** Those of the named headers that the client sent. */
export function selectForwardedHeaders(
  sent: IncomingHttpHeaders,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = sent[name];
      return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]];
    }),
  );
}

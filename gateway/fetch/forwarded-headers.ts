// Selects the client's headers that the gateway forwards to foreign subgraphs: those that an operator names
// (settings/header-names.ts), and none by default.
import type { IncomingHttpHeaders } from 'node:http';

/** The named headers that the client sent. */
export function selectForwardedHeaders(
  headers: IncomingHttpHeaders,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]];
    }),
  );
}

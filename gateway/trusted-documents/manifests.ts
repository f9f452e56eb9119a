// The files in which build tools of front-ends list the operations of a client, with an id for each.
import { isJsonObject } from '../json-object.ts';

export interface ManifestEntry {
  id: string;
  text: string;
}

/**
 * Reads Apollo's persisted-query manifest (format "apollo-persisted-query-manifest", version 1), or a map of ids to texts, which the
 * compiler of Relay and the client preset of graphql-codegen write. Returns a sentence for anything else.
 */
export function readManifest(text: string): ManifestEntry[] | string {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    return `is not JSON: ${cause instanceof Error ? cause.message : cause}`;
  }
  if (!isJsonObject(manifest)) return unknownFormat;
  return 'format' in manifest ? readApolloManifest(manifest) : readMap(manifest);
}

const unknownFormat =
  'is no list of operations: write the manifest of Apollo (format "apollo-persisted-query-manifest", version 1), or a map of ids to texts, as Relay and graphql-codegen do';

function readApolloManifest({
  format,
  version,
  operations,
}: Record<string, unknown>): ManifestEntry[] | string {
  if (format !== 'apollo-persisted-query-manifest' || version !== 1 || !Array.isArray(operations))
    return unknownFormat;
  const entries = operations.map((operation: unknown) =>
    isJsonObject(operation) ? toEntry(operation.id, operation.body) : undefined,
  );
  return requireAll(entries);
}

function readMap(map: Record<string, unknown>): ManifestEntry[] | string {
  return requireAll(Object.entries(map).map(([id, text]) => toEntry(id, text)));
}

function toEntry(id: unknown, text: unknown): ManifestEntry | undefined {
  return typeof id === 'string' && id !== '' && typeof text === 'string' ? { id, text } : undefined;
}

function requireAll(entries: readonly (ManifestEntry | undefined)[]): ManifestEntry[] | string {
  const complete = entries.filter((entry) => entry !== undefined);
  return complete.length === entries.length ? complete : unknownFormat;
}

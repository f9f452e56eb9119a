// Reads from resolvers.generated.ts which fields the type checker has compared with the code. A type without a table has rows that
// nothing describes at run time, so a field that this file lacks has been compared with no code at all.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The fields of each generated type. */
export type GeneratedFields = ReadonlyMap<string, ReadonlySet<string>>;

export const generatedFile = 'resolvers.generated.ts';

/** Returns undefined where there is no such file beside the schema: such a subgraph has untyped resolvers. */
export function readGeneratedFields(schemaFile: string): GeneratedFields | undefined {
  const file = resolve(dirname(schemaFile), generatedFile);
  return existsSync(file) ? parseGeneratedFields(readFileSync(file, 'utf8')) : undefined;
}

/** The generator writes each type as a block of `  name?: Type;` lines that ends at a line with `};`. */
export function parseGeneratedFields(text: string): GeneratedFields {
  const blocks = text.matchAll(/^export type (\w+) = \{\n([\s\S]*?)^\};/gm);
  return new Map(
    [...blocks].map(([, type = '', body = '']) => {
      const fields = [...body.matchAll(/^ {2}(\w+)\??: /gm)].map(([, field = '']) => field);
      return [type, new Set(fields)];
    }),
  );
}

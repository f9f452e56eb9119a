// Replaces the schema of a subgraph while its code runs. The new SDL must fit the resolvers that are loaded, because code is loaded only
// at the start: a new root field without a resolver would return a wrong null.
import { relative } from 'node:path';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { ReloadOptions } from '../process/watch-files.ts';
import { readSchema, type SubgraphEntry, type SupergraphMap } from '../supergraph-map.ts';
import { buildExecutableSchema, type ResolverMap } from './schema.ts';

export interface ChangedSchema {
  sdl: string;
  /** The path of the file, for error messages. */
  file: string;
}

/** The problems of a changed schema, one line each: `file:line: problem. Remedy.` */
export class ChangedSchemaError extends Error {
  override name = 'ChangedSchemaError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.problems = problems;
  }
}

/** Throws ChangedSchemaError. */
export function buildChangedSchema({ sdl, file }: ChangedSchema, resolvers: ResolverMap): GraphQLSchema {
  const refuse = (problems: readonly string[], remedy: string, cause?: unknown): never => {
    const lines = problems.map((problem) => {
      const at = `${relative(process.cwd(), file)}:${findLine(sdl, problem, cause)}`;
      return `${at}: ${/[.?]$/.test(problem) ? problem : `${problem}.`} ${remedy}`;
    });
    throw new ChangedSchemaError([...new Set(lines)], { cause });
  };
  const build = (): GraphQLSchema => {
    try {
      return buildExecutableSchema(sdl, resolvers);
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      return refuse(cause.message.split(/\n\n+/), 'Correct the SDL there.', cause);
    }
  };
  const schema = build();
  const missing = rootFieldsWithoutResolver(schema);
  if (missing.length === 0) return schema;
  return refuse(
    missing.map((field) => `${field} has no resolver`),
    'Write it, and start again: code is loaded only at the start.',
  );
}

export interface FollowedSubgraph {
  map: SupergraphMap;
  entry: SubgraphEntry;
  /** The SDL with which the subgraph was opened. */
  sdl: string;
  subgraph: { prepareSchema: (changed: ChangedSchema) => () => void };
}

/** How one subgraph follows its own schema file: see reloadOnChange. */
export function ownSchema({ map, entry, sdl, subgraph }: FollowedSubgraph): Omit<ReloadOptions, 'log'> {
  let served = sdl;
  return {
    name: 'the schema',
    files: () => [entry.schemaFile],
    reload: () => {
      const changed = readSchema(map, entry);
      if (changed === served) return false;
      subgraph.prepareSchema({ sdl: changed, file: entry.schemaFile })();
      served = changed;
      return true;
    },
  };
}

function rootFieldsWithoutResolver(schema: GraphQLSchema): string[] {
  return [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {})
      .filter(({ resolve }) => resolve === undefined)
      .map(({ name }) => `${type?.name}.${name}`),
  );
}

/** The parser knows the line of its errors. For other problems it is the first line that contains the last name in the message. */
function findLine(sdl: string, problem: string, cause: unknown): number {
  const parserLine = cause instanceof GraphQLError ? cause.locations?.[0]?.line : undefined;
  if (parserLine !== undefined) return parserLine;
  const [, quoted, field] = /"(@?\w+)"|\b\w+\.(\w+)/.exec(problem) ?? [];
  const name = quoted ?? field;
  const found = name === undefined ? -1 : sdl.split('\n').findIndex((line) => hasWord(line, name));
  return Math.max(found, 0) + 1;
}

function hasWord(line: string, name: string): boolean {
  return new RegExp(`(^|[^\\w@])${name}($|\\W)`).test(line);
}

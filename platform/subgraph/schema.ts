// Builds the executable federation schema of a subgraph from its SDL and resolvers, with @auth enforced and references checked. A schema
// that the code cannot answer is refused with its file and lines, at the start and at a reload alike.
import { relative } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, type GraphQLSchema, Kind, parse } from 'graphql';
import { pickSharedScalars } from '../values/scalars.ts';
import { enforceAuth } from './auth.ts';
import { resolveReferencesOneByOne } from './representations.ts';
import {
  findUnansweredFields,
  findUnknownResolvers,
  type ResolverMap,
  type SubgraphCode,
} from './unanswered-fields.ts';

/** Throws for invalid SDL. It does not compare the SDL with the resolvers: see buildCheckedSchema. */
export function buildExecutableSchema(sdl: string, resolvers: ResolverMap): GraphQLSchema {
  const typeDefs = parse(sdl);
  const declared = typeDefs.definitions.flatMap((definition) =>
    definition.kind === Kind.SCALAR_TYPE_DEFINITION ? [definition.name.value] : [],
  );
  const all: ResolverMap = { ...dropUndefined(resolvers), ...pickSharedScalars(declared) };
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: all }]);
  enforceAuth(schema);
  resolveReferencesOneByOne(schema);
  return schema;
}

/** An import that does not exist leaves an undefined resolver, which counts as none. */
function dropUndefined(resolvers: ResolverMap): ResolverMap {
  return Object.fromEntries(
    Object.entries(resolvers).map(([type, given]) => {
      const isMap = Object.getPrototypeOf(given) === Object.prototype;
      const present = () => Object.entries(given).filter(([, resolver]) => resolver !== undefined);
      return [type, isMap ? Object.fromEntries(present()) : given];
    }),
  );
}

export interface SchemaSource {
  sdl: string;
  /** The path of the file, for error messages. */
  file: string;
}

/** The problems of a schema, one line each: `file:line: problem. Remedy.` */
export class SubgraphSchemaError extends Error {
  override name = 'SubgraphSchemaError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.problems = problems;
  }
}

/**
 * Throws SubgraphSchemaError for invalid SDL, and for a schema that the code cannot answer. `startSchema` is the schema with which the
 * code was started, when this one replaces it: a resolver may then be left without its field, until the code follows.
 */
export function buildCheckedSchema(
  source: SchemaSource,
  code: SubgraphCode,
  startSchema?: GraphQLSchema,
): GraphQLSchema {
  const schema = buildOrExplain(source, code.resolvers);
  const path = relative(process.cwd(), source.file);
  const unanswered = findUnansweredFields(schema, code, startSchema).map(
    ({ line, name, problem, remedy }) =>
      `${path}:${line ?? findLine(source.sdl, name)}: ${name} ${problem}. ${remedy}`,
  );
  const unknown = startSchema === undefined ? findUnknownResolvers(schema, code.resolvers, source.file) : [];
  if (unanswered.length + unknown.length > 0) throw new SubgraphSchemaError([...unanswered, ...unknown]);
  return schema;
}

function buildOrExplain({ sdl, file }: SchemaSource, resolvers: ResolverMap): GraphQLSchema {
  try {
    return buildExecutableSchema(sdl, resolvers);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    // The parser knows the line of its errors.
    const parserLine = cause instanceof GraphQLError ? cause.locations?.[0]?.line : undefined;
    const lines = cause.message.split(/\n\n+/).map((problem) => {
      const [, quoted, field] = /"(@?\w+)"|\b(\w+\.\w+)/.exec(problem) ?? [];
      const line = parserLine ?? findLine(sdl, quoted ?? field ?? '');
      const sentence = /[.?]$/.test(problem) ? problem : `${problem}.`;
      return `${relative(process.cwd(), file)}:${line}: ${sentence} Correct the SDL there.`;
    });
    throw new SubgraphSchemaError([...new Set(lines)], { cause });
  }
}

/** The first line that contains the last word of the name. */
function findLine(sdl: string, name: string): number {
  const word = name.split('.').at(-1) ?? '';
  if (word === '') return 1;
  const pattern = new RegExp(`(^|[^\\w@])${word}($|\\W)`);
  return (
    Math.max(
      sdl.split('\n').findIndex((line) => pattern.test(line)),
      0,
    ) + 1
  );
}

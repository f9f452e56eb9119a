// The error codes that clients may get, as data: each code with its message and its origin, and each field with its refusals. The
// SDL is the source, with its descriptions and @auth, so that the file, an editor and the generated page say the same.
import { type GraphQLNamedType, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';

/** The refusals that one origin declares, by code, with their messages. */
export interface Origin {
  /** Name of a subgraph, or "gateway". */
  name: string;
  refusals: Readonly<Record<string, string>>;
}

export interface Codes {
  /** By code. `from` names the parts that answer with it. */
  codes: Record<string, { message: string; from: string[] }>;
  /** By coordinate ("Mutation.purchase"): the codes with which the field refuses, beside those that any field may answer. */
  fields: Record<string, string[]>;
}

/** The codes that a description lists after "Refusals", up to the end of the paragraph, without remarks in brackets. */
export function readDocumentedCodes(description: string): string[] {
  const paragraphs = description.split(/\n\s*\n/).filter((paragraph) => paragraph.includes('Refusals'));
  return paragraphs.flatMap((paragraph) => {
    const list = paragraph.slice(paragraph.indexOf('Refusals')).replaceAll(/\([^)]*\)/g, '');
    return list.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b(?!:)/g) ?? [];
  });
}

interface CodeSources {
  schema: GraphQLSchema;
  /** The composed directives of the fields, by coordinate: see checks/plan/graph-schemas.ts. */
  directives: ReadonlyMap<string, readonly string[]>;
  general: readonly Origin[];
  subgraphs: readonly Origin[];
}

/**
 * `general` are the codes that any field may answer. Of the codes of a subgraph those count that a field of the API names: the others
 * are for services alone.
 */
export function buildCodes({ schema, directives, general, subgraphs }: CodeSources): Codes {
  const types = Object.values(schema.getTypeMap());
  const fields = Object.fromEntries(types.flatMap((type) => listFieldCodes(type, directives)).sort(byName));
  const named = new Set(Object.values(fields).flat());
  const codes: Codes['codes'] = {};
  for (const { name, refusals } of [...general, ...subgraphs]) {
    for (const [code, message] of Object.entries(refusals)) {
      if (subgraphs.some((origin) => origin.name === name) && !named.has(code)) continue;
      codes[code] ??= { message, from: [] };
      codes[code].from.push(name);
    }
  }
  return { codes: Object.fromEntries(Object.entries(codes).sort(byName)), fields };
}

function listFieldCodes(type: GraphQLNamedType, directives: CodeSources['directives']): [string, string[]][] {
  if (!(isObjectType(type) || isInterfaceType(type)) || type.name.startsWith('__')) return [];
  return Object.values(type.getFields()).flatMap(({ name, description }): [string, string[]][] => {
    const coordinate = `${type.name}.${name}`;
    const hasAuth = directives.get(coordinate)?.some((text) => text.startsWith('@auth('));
    const codes = new Set([
      ...readDocumentedCodes(description ?? ''),
      ...(hasAuth ? ['UNAUTHENTICATED', 'FORBIDDEN'] : []),
    ]);
    return codes.size === 0 ? [] : [[coordinate, [...codes]]];
  });
}

function byName([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1;
}

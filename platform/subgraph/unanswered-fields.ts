// Compares the schema of a subgraph with its code. A field without a resolver reads the property of its name; where no row has that
// property, the field would answer null for ever, and nothing would say so. Rows are known from tables and declared statements, and
// those of a type without a table from the generated types, which the type checker compares with the code.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import { didYouMean } from 'graphql/jsutils/didYouMean.js';
import { suggestionList } from 'graphql/jsutils/suggestionList.js';
import type { EntitySchema } from 'typeorm';
import type { LocatedStatement } from '../database/declared-statements.ts';
import { type GeneratedFields, generatedFile } from '../schema/generated-fields.ts';
import { findExternalFields, findKeyFields, isResolvable } from './representation-values.ts';

/** Resolvers of a subgraph. Their generated types are checked in resolvers.ts of the subgraph. */
// biome-ignore lint/suspicious/noExplicitAny: the map holds functions of many shapes, each typed at its definition
export type ResolverMap = Record<string, any>;

/** What answers the fields of a subgraph. */
export interface SubgraphCode {
  resolvers: ResolverMap;
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows are in one list
  tables?: readonly EntitySchema<any>[];
  /** Undefined when the caller did not load them: rows are unknown then, and only resolvers are compared. */
  statements?: readonly LocatedStatement[] | undefined;
  /** Undefined where no resolver types are generated. */
  generated?: GeneratedFields | undefined;
}

export interface UnansweredField {
  /** In the form `Type.field`. */
  name: string;
  line: number | undefined;
  problem: string;
  remedy: string;
}

type Field = GraphQLField<unknown, unknown>;

const startAgain = 'Write it, and start again: code is loaded only at the start.';
const generateAgain = 'Run: npm run generate, then npm run types, which names the code that lacks it.';

/** `startSchema`: the schema with which the code was started, when the schema replaces it. */
export function findUnansweredFields(
  schema: GraphQLSchema,
  code: SubgraphCode,
  startSchema?: GraphQLSchema,
): UnansweredField[] {
  const roots: unknown[] = [schema.getQueryType(), schema.getMutationType()];
  const writeIt = startSchema === undefined ? 'Write it in resolvers.ts.' : startAgain;
  const found: UnansweredField[] = [];
  for (const type of Object.values(schema.getTypeMap()).filter(isOwnObject)) {
    const columns = findColumns(type, code);
    const startFields = fieldsOf(startSchema?.getType(type.name));
    const needsReference = isUnresolvedEntity(type, code.resolvers);
    const given = needsReference ? findGivenFields(type) : new Set<string>();
    const report = (field: Field, problem: string, remedy = writeIt) =>
      found.push({ name: `${type.name}.${field.name}`, line: getLine(field), problem, remedy });
    for (const field of Object.values(type.getFields())) {
      if (hasResolver(code.resolvers, type.name, field.name) || isFederationField(field)) continue;
      if (roots.includes(type)) report(field, 'has no resolver');
      else if (columns !== undefined && !columns.has(field.name) && !isExternal(type, field))
        report(field, `has no resolver, and no row of ${type.name} has a column "${field.name}"`);
      else if (columns === undefined && startSchema !== undefined && !startFields.has(field.name))
        report(field, 'has no resolver, and no code is known that answers it', startAgain);
      else if (columns === undefined && !isGenerated(type, field, code))
        report(field, `has no resolver, and ${generatedFile} does not have it`, generateAgain);
      else if (needsReference && !given.has(field.name))
        report(field, `has no resolver, and ${type.name} has no __resolveReference that reads it`);
    }
  }
  return found;
}

/** Returns one line for each resolver that no field of the schema calls: `file:line: problem. Remedy.` */
export function findUnknownResolvers(
  schema: GraphQLSchema,
  resolvers: ResolverMap,
  schemaFile: string,
): string[] {
  const file = resolve(dirname(schemaFile), 'resolvers.ts');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const path = relative(process.cwd(), file);
  const describe = (name: string, known: readonly string[]) => {
    const line = findResolverLine(text, name);
    const at = line === undefined ? path : `${path}:${line}`;
    const hint = didYouMean(suggestionList(name.split('.').at(-1) ?? '', known));
    return `${at}: ${name} has a resolver and is not in the schema.${hint} Correct its name, or remove it.`;
  };
  const types = schema.getTypeMap();
  return Object.entries(resolvers).flatMap(([typeName, given]) => {
    const type = types[typeName];
    const known = type === undefined ? undefined : listResolvable(type);
    if (known === undefined)
      return [
        describe(
          typeName,
          Object.keys(types).filter((name) => !/^_/.test(name)),
        ),
      ];
    if (known === 'any') return [];
    return Object.keys(given)
      .filter((name) => !known.includes(name))
      .map((name) => describe(`${typeName}.${name}`, known));
  });
}

/** The names that the resolvers of a type may have. Undefined for a type that has none. */
function listResolvable(type: GraphQLNamedType): readonly string[] | 'any' | undefined {
  if (isScalarType(type)) return 'any';
  if (isEnumType(type)) return type.getValues().map(({ name }) => name);
  if (isUnionType(type)) return ['__resolveType'];
  if (isInterfaceType(type)) return ['__resolveType', '__resolveReference'];
  return isObjectType(type)
    ? [...Object.keys(type.getFields()), '__resolveReference', '__isTypeOf']
    : undefined;
}

function isOwnObject(type: GraphQLNamedType): type is GraphQLObjectType {
  return isObjectType(type) && !type.name.startsWith('_');
}

/** Apollo's own fields of Query. */
function isFederationField({ name }: Field): boolean {
  return name === '_service' || name === '_entities';
}

function hasResolver(resolvers: ResolverMap, type: string, field: string): boolean {
  const given = Object.hasOwn(resolvers, type) ? resolvers[type]?.[field] : undefined;
  return typeof given === 'function' || typeof given?.resolve === 'function';
}

/** The properties that a row of the type can have. Undefined for a type without a table of its name, whose rows are not known. */
function findColumns(
  type: GraphQLObjectType,
  { tables = [], statements }: SubgraphCode,
): ReadonlySet<string> | undefined {
  const tableName = type.name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
  const table = tables.find(({ options }) => options.name === tableName);
  if (table === undefined || statements === undefined) return undefined;
  const { columns, relations = {} } = table.options;
  // A statement may add a column that the table does not have, such as a count, and any statement may read rows of the type.
  const read = statements.flatMap(({ declared }) => Object.keys(declared.row));
  return new Set([...Object.keys(columns), ...Object.keys(relations), ...read]);
}

function isGenerated(type: GraphQLObjectType, field: Field, { generated }: SubgraphCode): boolean {
  return generated === undefined || generated.get(type.name)?.has(field.name) === true;
}

/** Without __resolveReference, the reference itself is the entity: it has the fields of a key, and those that @requires sends. */
function isUnresolvedEntity(type: GraphQLObjectType, resolvers: ResolverMap): boolean {
  return isResolvable(type) && !hasResolver(resolvers, type.name, '__resolveReference');
}

function findGivenFields(type: GraphQLObjectType): ReadonlySet<string> {
  return new Set([...findKeyFields(type), ...findExternalFields(type).map(({ name }) => name)]);
}

function isExternal(type: GraphQLObjectType, field: Field): boolean {
  return findExternalFields(type).some(({ name }) => name === field.name);
}

function fieldsOf(type: GraphQLNamedType | undefined): ReadonlySet<string> {
  return new Set(isObjectType(type) ? Object.keys(type.getFields()) : []);
}

/** The line of the field in the SDL. */
export function getLine({ astNode }: Field): number | undefined {
  return astNode?.name.loc?.startToken.line;
}

/** The line of the property in the text of resolvers.ts, below the line of its type. */
function findResolverLine(text: string, name: string): number | undefined {
  const [type = '', field] = name.split('.');
  const lines = text.split('\n');
  const findFrom = (start: number, word: string) =>
    lines.findIndex(
      (line, index) => index >= start && new RegExp(`^\\s*(async )?["']?${word}\\b`).test(line),
    );
  const typeLine = findFrom(0, type);
  const found = field === undefined ? typeLine : findFrom(Math.max(typeLine, 0), field);
  return found < 0 ? undefined : found + 1;
}

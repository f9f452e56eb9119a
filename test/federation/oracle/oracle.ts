// What a federated graph must answer: graphql-js executes the operation on the schema that clients see, and each field is
// resolved by entities.ts. Errors are told with their places, all of them: graphql-js keeps only the first of those that lose
// the same object.
import {
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { Refusal } from '../../../platform/values/refusal.ts';
import { Entities, type Graph } from './entities.ts';
import { Absence, Thing } from './graph-object.ts';

export type Place = readonly (string | number)[];

export interface Truth {
  data: unknown;
  /** Null for what is not there: no error says so, but something may be lost by it. */
  losses: readonly { path: Place; code: string | null }[];
}

export type Oracle = (document: DocumentNode, variables: Record<string, unknown>) => Promise<Truth>;

/** Takes the client's schema for itself: it gets resolvers. */
export function oracleOf(api: GraphQLSchema, graph: Graph): Oracle {
  const entities = new Entities(graph);
  for (const type of Object.values(api.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (thing: Thing) => entities.typename(thing);
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()))
      field.resolve = (thing: Thing, _args, told: Told, info) => resolved(entities, thing, told, info);
  }
  return async (document, variableValues) => {
    const [operation] = document.definitions;
    const isMutation = operation?.kind === 'OperationDefinition' && operation.operation === 'mutation';
    const told: Told = { losses: [] };
    const rootValue = entities.root(isMutation ? 'mutation' : 'query');
    const { data, errors = [] } = await execute({
      schema: api,
      document,
      variableValues,
      rootValue,
      contextValue: told,
    });
    // What our own resolvers did not tell of is a mistake of theirs.
    for (const { path = [], message } of errors)
      if (!told.losses.some((loss) => String(loss.path) === String(path)))
        throw new Error(`the oracle failed at ${path.join('.')}: ${message}`);
    return { data: JSON.parse(JSON.stringify(data ?? null)), losses: told.losses };
  };
}

interface Told {
  losses: { path: Place; code: string | null }[];
}

async function resolved(
  entities: Entities,
  thing: Thing,
  told: Told,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const place = placeOf(info.path);
  const [node] = info.fieldNodes;
  if (node === undefined) throw new Error('a field without a node');
  let value: unknown;
  try {
    value = await entities.field(thing, info.parentType.name, node, info.variableValues);
  } catch (cause) {
    value = cause;
  }
  const kept = await keep(entities, info.schema, info.returnType, value, place, told);
  if (kept instanceof Error) throw kept;
  return kept;
}

/** The value, or what takes its place: null, or an Error where there may be none. Whatever is lost is told. */
async function keep(
  entities: Entities,
  api: GraphQLSchema,
  type: GraphQLOutputType,
  value: unknown,
  place: Place,
  told: Told,
): Promise<unknown> {
  if (isNonNullType(type)) {
    const kept = await keep(entities, api, type.ofType, value, place, told);
    if (kept !== null) return kept;
    if (!told.losses.some(({ path }) => String(path) === String(place)))
      told.losses.push({ path: place, code: null });
    return new Absence('null where clients are promised something');
  }
  if (value instanceof Error) {
    told.losses.push({ path: place, code: codeOf(value) });
    return value instanceof Absence ? null : value;
  }
  if (value === null || value === undefined) return null;
  if (isListType(type))
    return Promise.all(
      (value as unknown[]).map((item, index) =>
        keep(entities, api, type.ofType, item, [...place, index], told),
      ),
    );
  if (value instanceof Thing) return keepThing(entities, api, type, value, place, told);
  const isHidden = isEnumType(type) && type.getValue(String(value)) === undefined;
  return isHidden ? null : value;
}

/** Of a type that clients know; others are null to them. */
async function keepThing(
  entities: Entities,
  api: GraphQLSchema,
  type: GraphQLOutputType,
  thing: Thing,
  place: Place,
  told: Told,
): Promise<unknown> {
  if (!isAbstractType(getNamedType(type))) return thing;
  try {
    return api.getType(await entities.typename(thing)) === undefined ? null : thing;
  } catch (cause) {
    return keep(entities, api, type, cause, place, told);
  }
}

function codeOf(cause: Error): string | null {
  if (cause instanceof Absence) return null;
  if (cause instanceof Refusal) return cause.code;
  const isAboutAnArgument = cause instanceof GraphQLError && cause.message.startsWith('Argument "');
  return isAboutAnArgument ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
}

function placeOf(path: GraphQLResolveInfo['path']): Place {
  const keys: (string | number)[] = [];
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) keys.unshift(at.key);
  return keys;
}

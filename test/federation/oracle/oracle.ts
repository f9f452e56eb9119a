// Computes the response that a federated graph must give: graphql-js executes the operation on the schema that clients see, and
// entities.ts resolves each field. The oracle lists all losses with their paths, because graphql-js reports only the first error
// of those that lose the same object.
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
import type { ResponsePath } from '../../../gateway/response/response-path.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import { Entities } from './entities.ts';
import { GraphObject, MissingObject } from './graph-object.ts';
import type { Graph } from './subgraph-schemas.ts';

export interface OracleResult {
  data: unknown;
  /** `code` is null for a missing object: no error reports it, but an object around it may be lost. */
  losses: readonly { path: ResponsePath; code: string | null }[];
}

export type Oracle = (document: DocumentNode, variables: Record<string, unknown>) => Promise<OracleResult>;

/** Adds resolvers to the schema that clients see, so that no other caller may use that schema object. */
export function createOracle(clientSchema: GraphQLSchema, graph: Graph): Oracle {
  const entities = new Entities(graph);
  for (const type of Object.values(clientSchema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (object: GraphObject) => entities.typename(object);
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()))
      field.resolve = (object: GraphObject, _args, recorded: LossList, info) =>
        resolveField(entities, object, recorded, info);
  }
  return async (document, variableValues) => {
    const [operation] = document.definitions;
    const isMutation = operation?.kind === 'OperationDefinition' && operation.operation === 'mutation';
    const recorded: LossList = { losses: [] };
    const rootValue = entities.root(isMutation ? 'mutation' : 'query');
    const { data, errors = [] } = await execute({
      schema: clientSchema,
      document,
      variableValues,
      rootValue,
      contextValue: recorded,
    });
    // An error that no resolver recorded is a mistake of the oracle.
    for (const { path = [], message } of errors)
      if (!recorded.losses.some((loss) => String(loss.path) === String(path)))
        throw new Error(`the oracle failed at ${path.join('.')}: ${message}`);
    return { data: JSON.parse(JSON.stringify(data ?? null)), losses: recorded.losses };
  };
}

interface LossList {
  losses: { path: ResponsePath; code: string | null }[];
}

async function resolveField(
  entities: Entities,
  object: GraphObject,
  recorded: LossList,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const path = toResponsePath(info.path);
  const [node] = info.fieldNodes;
  if (node === undefined) throw new Error('a field without a node');
  let value: unknown;
  try {
    value = await entities.field(object, info.parentType.name, node, info.variableValues);
  } catch (cause) {
    value = cause;
  }
  const completed = await completeForClient(entities, info.schema, info.returnType, value, path, recorded);
  if (completed instanceof Error) throw completed;
  return completed;
}

/** The value, null in its place, or an Error where null is not allowed. Records each loss. */
async function completeForClient(
  entities: Entities,
  clientSchema: GraphQLSchema,
  type: GraphQLOutputType,
  value: unknown,
  path: ResponsePath,
  recorded: LossList,
): Promise<unknown> {
  if (isNonNullType(type)) {
    const completed = await completeForClient(entities, clientSchema, type.ofType, value, path, recorded);
    if (completed !== null) return completed;
    if (!recorded.losses.some((loss) => String(loss.path) === String(path)))
      recorded.losses.push({ path, code: null });
    return new MissingObject('null for a non-null type of the client schema');
  }
  if (value instanceof Error) {
    recorded.losses.push({ path, code: getCode(value) });
    return value instanceof MissingObject ? null : value;
  }
  if (value === null || value === undefined) return null;
  if (isListType(type))
    return Promise.all(
      (value as unknown[]).map((item, index) =>
        completeForClient(entities, clientSchema, type.ofType, item, [...path, index], recorded),
      ),
    );
  if (value instanceof GraphObject)
    return completeObject(entities, clientSchema, type, value, path, recorded);
  const isHidden = isEnumType(type) && type.getValue(String(value)) === undefined;
  return isHidden ? null : value;
}

/** An object whose type clients cannot see is null to them. */
async function completeObject(
  entities: Entities,
  clientSchema: GraphQLSchema,
  type: GraphQLOutputType,
  object: GraphObject,
  path: ResponsePath,
  recorded: LossList,
): Promise<unknown> {
  if (!isAbstractType(getNamedType(type))) return object;
  try {
    return clientSchema.getType(await entities.typename(object)) === undefined ? null : object;
  } catch (cause) {
    return completeForClient(entities, clientSchema, type, cause, path, recorded);
  }
}

function getCode(cause: Error): string | null {
  if (cause instanceof MissingObject) return null;
  if (cause instanceof Refusal) return cause.code;
  const isAboutAnArgument = cause instanceof GraphQLError && cause.message.startsWith('Argument "');
  return isAboutAnArgument ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR';
}

function toResponsePath(path: GraphQLResolveInfo['path']): ResponsePath {
  const keys: (string | number)[] = [];
  for (let current: typeof path | undefined = path; current !== undefined; current = current.prev)
    keys.unshift(current.key);
  return keys;
}

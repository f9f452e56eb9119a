// Clients may give a field the name of another one: `{ product { id: name } }`. The engine keeps what it needs for its own
// way (keys, what @requires names) beside the client's fields, under the fields' own names, and would take the one for the
// other: entities are not found, and a client could write what a subgraph is told that another one said. So the engine plans
// and executes such an operation with other names, and the answer gets the client's names back.
import type { ApolloGateway } from '@apollo/gateway';
import type {
  GatewayExecutionResult,
  GatewayExecutor,
  GatewayGraphQLRequestContext,
  GatewayInterface,
} from '@apollo/server-gateway-interface';
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  getOperationAST,
  Kind,
  parse,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';

/** Operations whose names are known; an adversary's only push each other out. */
const rememberedOperations = 1_000;

export interface Renamed {
  document: DocumentNode;
  /** The client's names, by those that stand in for them. */
  names: ReadonlyMap<string, string>;
}

/** Only what is asked of a gateway: `inner` may be Apollo's own, or one around it. */
type Inner = Pick<ApolloGateway, 'onSchemaLoadOrUpdate' | 'stop'> & Pick<GatewayInterface, 'load'>;

export function aliasesApart(inner: Inner): GatewayInterface {
  let fields: ReadonlySet<string> = new Set();
  const remembered = new LRUCache<string, Renamed | 'nothing to rename'>({ max: rememberedOperations });
  inner.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
    fields = fieldsOf(parse(coreSupergraphSdl, { noLocation: true }));
    remembered.clear();
  });
  const renamedFor = ({ queryHash, document }: GatewayGraphQLRequestContext): Renamed | undefined => {
    let found = remembered.get(queryHash);
    if (found === undefined) {
      found = renamed(document, fields) ?? 'nothing to rename';
      remembered.set(queryHash, found);
    }
    return found === 'nothing to rename' ? undefined : found;
  };
  return {
    load: async (options) => {
      const { executor } = await inner.load(options);
      return { executor: executor && executeBy(renamedFor, executor) };
    },
    onSchemaLoadOrUpdate: (listener) => inner.onSchemaLoadOrUpdate(listener),
    stop: () => inner.stop(),
  };
}

function executeBy(
  renamedFor: (request: GatewayGraphQLRequestContext) => Renamed | undefined,
  execute: GatewayExecutor,
): GatewayExecutor {
  return async (request) => {
    const found = renamedFor(request);
    if (found === undefined) return execute(request);
    const { document, names } = found;
    const operation = getOperationAST(document, request.operationName);
    if (!operation) throw new Error('the operation is not in its document');
    // Plans are remembered by this; with other fields in the graph other names may be replaced.
    const queryHash = `${request.queryHash} ${[...names.keys()].join()}`;
    return restored(await execute({ ...request, document, operation, queryHash }), names);
  };
}

/** Every field's name in the supergraph, those included that clients cannot see. */
export function fieldsOf(supergraph: DocumentNode): Set<string> {
  return new Set(
    supergraph.definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? (definition.fields ?? []).map(({ name }) => name.value)
        : [],
    ),
  );
}

/** Undefined when no alias is another field's name. */
export function renamed(document: DocumentNode, fields: ReadonlySet<string>): Renamed | undefined {
  const aliases = new Set<string>();
  const taken = new Set<string>();
  visit(document, {
    Field: (node) => {
      taken.add(node.alias?.value ?? node.name.value);
      if (isAnothersName(node, fields)) aliases.add(node.alias.value);
    },
  });
  if (aliases.size === 0) return undefined;
  let prefix = 'as_';
  while ([...taken].some((name) => name.startsWith(prefix))) prefix += '_';
  const rename = (node: FieldNode): FieldNode | undefined =>
    isAnothersName(node, fields)
      ? { ...node, alias: { ...node.alias, value: prefix + node.alias.value } }
      : undefined;
  return {
    document: visit(document, { Field: rename }),
    names: new Map([...aliases].map((name) => [prefix + name, name])),
  };
}

function isAnothersName(
  node: FieldNode,
  fields: ReadonlySet<string>,
): node is FieldNode & Required<Pick<FieldNode, 'alias'>> {
  return node.alias !== undefined && node.alias.value !== node.name.value && fields.has(node.alias.value);
}

function restored(
  result: GatewayExecutionResult,
  names: ReadonlyMap<string, string>,
): GatewayExecutionResult {
  const { data, errors, extensions } = result;
  const notes = extensions?.valueCompletion;
  return {
    ...result,
    ...(data ? { data: restoredValue(data, names) as Record<string, unknown> } : {}),
    ...(errors ? { errors: errors.map((error) => restoredError(error, names)) } : {}),
    ...(Array.isArray(notes)
      ? { extensions: { ...extensions, valueCompletion: notes.map((note) => restoredNote(note, names)) } }
      : {}),
  };
}

/** In the order in which they stood. */
function restoredValue(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => restoredValue(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [names.get(key) ?? key, restoredValue(inside, names)]),
  );
}

type Path = readonly (string | number)[];

function restoredPath(path: Path, names: ReadonlyMap<string, string>): (string | number)[] {
  return path.map((key) => names.get(String(key)) ?? key);
}

function restoredError(error: GraphQLError, names: ReadonlyMap<string, string>): GraphQLError {
  if (error.path === undefined) return error;
  const { message, originalError, extensions } = error;
  return new GraphQLError(message, {
    path: restoredPath(error.path, names),
    originalError: originalError ?? null,
    extensions,
  });
}

function restoredNote(note: { path?: Path }, names: ReadonlyMap<string, string>): object {
  return note.path === undefined ? note : { ...note, path: restoredPath(note.path, names) };
}

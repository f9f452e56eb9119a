// Answers `node` and `nodes`, in place of a subgraph. An id does not tell its type, so each subgraph that owns such types is asked,
// with one call for all ids of the operation, which of them it knows. It answers as it answers every entity reference of this
// viewer: null for what the viewer may not see. So the gateway decides nothing about access, and learns nothing that a client may not.
import DataLoader from 'dataloader';
import { buildASTSchema, execute as executeGraphql, GraphQLError, type GraphQLSchema, parse } from 'graphql';
import type { Call, Execute, ResponseError } from '../../platform/calls/call.ts';
import { UnansweredCall } from '../../platform/calls/resilience.ts';
import type { Log } from '../../platform/process/log.ts';
import { gatewayCodes } from '../errors.ts';
import { findNodeOwners, maxNodes } from '../supergraph/node-graph.ts';

export interface NodeClientOptions {
  /** The SDL of the current supergraph. */
  readSdl: () => string;
  /** The client of a subgraph that owns types. */
  clientFor: (name: string) => Execute;
  log: Log;
}

interface FoundNode {
  __typename: string;
  id: string;
}

/** What one owner says of one id: an object, null, or an error. */
type Reply = FoundNode | ResponseError | null;

interface NodeGraph {
  sdl: string;
  owners: ReadonlyMap<string, readonly string[]>;
  schema: GraphQLSchema;
}

export function createNodeClient({ readSdl, clientFor, log }: NodeClientOptions): Execute {
  let graph: NodeGraph | undefined;
  return async ({ query, operationName, variables }, call) => {
    const sdl = readSdl();
    if (graph?.sdl !== sdl) graph = readNodeGraph(sdl);
    const { owners, schema } = graph;
    const loader = new DataLoader<string, FoundNode | null>((ids) =>
      findNodes([...ids], owners, (name, text, keys) =>
        askOwner(clientFor(name), text, keys, call, (cause) =>
          log.error({ err: cause, subgraph: name, traceId: call.traceId }, 'a subgraph did not answer'),
        ),
      ),
    );
    const rootValue = {
      node: ({ id }: { id: string }) => loader.load(id),
      nodes: ({ ids }: { ids: string[] }) => {
        if (ids.length > maxNodes) throw createBadInput(`"ids" must have at most ${maxNodes} items.`);
        return ids.map((id) => loader.load(id).catch(nameIds));
      },
    };
    const { data, errors } = await executeGraphql({
      schema,
      document: parse(query, { noLocation: true }),
      rootValue,
      operationName,
      variableValues: variables,
    });
    return errors === undefined ? { data } : { data, errors: errors.map((error) => error.toJSON()) };
  };
}

function readNodeGraph(sdl: string): NodeGraph {
  const owners = findNodeOwners(sdl);
  const types = [...new Set([...owners.values()].flat())].map(
    (name) => `type ${name} implements Node { id: ID! }`,
  );
  const root = 'type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! } interface Node { id: ID! }';
  return { sdl, owners, schema: buildASTSchema(parse(`${root} ${types.join(' ')}`)) };
}

type Keys = { __typename: string; id: string }[];
type Ask = (owner: string, text: string, keys: Keys) => Promise<Reply[]>;

/** For each id the object of the owner that knows it. An Error when none knows it and one of them could not tell. */
async function findNodes(
  ids: readonly string[],
  owners: NodeGraph['owners'],
  ask: Ask,
): Promise<(FoundNode | Error | null)[]> {
  const replies = await Promise.all(
    [...owners].map(async ([owner, types]) => {
      const keys = ids.flatMap((id) => types.map((__typename) => ({ __typename, id })));
      const fragments = types.map((type) => `... on ${type} { id }`).join(' ');
      const text = `query Nodes($representations: [_Any!]!) { _entities(representations: $representations) { __typename ${fragments} } }`;
      const all = await ask(owner, text, keys);
      return ids.map((_id, index) => all.slice(index * types.length, (index + 1) * types.length));
    }),
  );
  return ids.map((_id, index) => judge(replies.flatMap((ofOwner) => ofOwner[index] ?? [])));
}

function judge(replies: readonly Reply[]): FoundNode | Error | null {
  const found = replies.find((reply): reply is FoundNode => reply !== null && '__typename' in reply);
  if (found !== undefined) return found;
  const errors = replies.filter((reply): reply is ResponseError => reply !== null);
  const fault = errors.find(({ extensions }) => extensions?.code !== 'BAD_USER_INPUT');
  if (fault !== undefined) return toError(fault);
  // One owner may have ids of another form: only when all refuse the text is it the id of nothing.
  const [refusal] = errors;
  return refusal !== undefined && errors.length === replies.length ? toError(refusal) : null;
}

function toError({ message, extensions = {} }: ResponseError): GraphQLError {
  return new GraphQLError(message, { extensions });
}

/** An owner refuses the text of one id, under the name that it has there. Throws the same refusal of the argument of `nodes`. */
function nameIds(cause: unknown): never {
  if (!(cause instanceof GraphQLError) || cause.extensions.argument !== 'id') throw cause;
  throw new GraphQLError(cause.message.replace('"id"', '"ids"'), {
    extensions: { ...cause.extensions, argument: 'ids' },
  });
}

function createBadInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', argument: 'ids' } });
}

/** One reply for each key. An owner that does not answer could know any of them. */
async function askOwner(
  execute: Execute,
  query: string,
  representations: Keys,
  call: Call,
  onFailure: (cause: unknown) => void,
): Promise<Reply[]> {
  try {
    const operation = { query, operationName: 'Nodes', variables: { representations } };
    const { data, errors = [] } = await execute(operation, { ...call, hasPlainNumbers: true });
    const entities = data?._entities;
    if (!Array.isArray(entities) || entities.length !== representations.length)
      return representations.map(() => errors[0] ?? buildLoss('SUBGRAPH_ANSWER_INVALID'));
    const byIndex = new Map(errors.map((error) => [error.path?.[1], error]));
    return entities.map((entity: FoundNode | null, index) => entity ?? byIndex.get(index) ?? null);
  } catch (cause) {
    if (!(cause instanceof UnansweredCall && cause.reason === 'gone')) onFailure(cause);
    const isFull = cause instanceof UnansweredCall && cause.reason === 'full';
    const loss = buildLoss(isFull ? 'OVERLOADED' : 'SUBGRAPH_UNAVAILABLE');
    return representations.map(() => loss);
  }
}

function buildLoss(code: 'OVERLOADED' | 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_ANSWER_INVALID'): ResponseError {
  return { message: gatewayCodes[code], extensions: { code } };
}

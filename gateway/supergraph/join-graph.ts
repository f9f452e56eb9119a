// Reads from the SDL of a supergraph which subgraphs it joins, and their URLs: the values of the enum join__Graph.
import {
  type DirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  GraphQLError,
  Kind,
  parse,
} from 'graphql';
import { nodeGraph } from './node-graph.ts';

export interface JoinedSubgraph {
  name: string;
  /** Its address for GraphQL over HTTP. */
  url: string;
  /** The line of its entry in the SDL, for error messages. */
  line: number;
}

/** The gateway cannot serve the SDL as a supergraph. The message says what to do. */
export class SupergraphError extends Error {
  override name = 'SupergraphError';
}

const remedy =
  'Give the gateway the SDL that a composition wrote (rover supergraph compose, npm run compose)';

/** Without the part that the gateway answers itself. Throws SupergraphError for SDL that does not parse or joins no subgraphs. */
export function parseJoinedSubgraphs(sdl: string): JoinedSubgraph[] {
  const graphs = parseSupergraph(sdl).definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  if (values.length === 0)
    throw new SupergraphError(`It is no supergraph: it has no enum join__Graph. ${remedy}`);
  return values.map(readSubgraph).filter(({ name }) => name !== nodeGraph);
}

function parseSupergraph(sdl: string): DocumentNode {
  try {
    return parse(sdl);
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    const line = cause.locations?.[0]?.line ?? 1;
    throw new SupergraphError(`Line ${line}: ${cause.message.replace(/\.$/, '')}. ${remedy}`, { cause });
  }
}

function readSubgraph(value: EnumValueDefinitionNode): JoinedSubgraph {
  const directive = value.directives?.find(({ name }) => name.value === 'join__graph');
  const name = getStringArgument(directive, 'name');
  const line = value.loc?.startToken.line ?? 1;
  if (name === undefined)
    throw new SupergraphError(
      `Line ${line}: ${value.name.value} has no @join__graph(name:, url:). ${remedy}`,
    );
  return { name, url: getStringArgument(directive, 'url') ?? '', line };
}

function getStringArgument(directive: DirectiveNode | undefined, argument: string): string | undefined {
  const value = directive?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

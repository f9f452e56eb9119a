// What is wrong with one answer of a subgraph by itself, and where a replay notes it.
import { type GraphQLSchema, parse } from 'graphql';
import type { SubgraphResponse } from '../../platform/calls/call.ts';
import type { Interaction } from './contract.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fixture } from './fixture.ts';
import { shapeProblems } from './response-shape.ts';

export interface Replay {
  endpoint: Endpoint;
  fixture: Fixture;
  schema: GraphQLSchema;
  /** Notes a finding for each problem. */
  note: (interaction: Interaction, check: string, problems: readonly string[]) => void;
}

/** What is wrong with an answer by itself: its shape, and errors that no contract allows. */
export function answerProblems(
  { schema, fixture }: Pick<Replay, 'schema' | 'fixture'>,
  interaction: Interaction,
  sent: { variables: Readonly<Record<string, unknown>>; entityTypes?: readonly string[] },
  answer: SubgraphResponse,
): string[] {
  const data = answer.data ?? undefined;
  const shape =
    data === undefined
      ? []
      : shapeProblems({
          schema,
          document: parse(interaction.text),
          variables: sent.variables,
          data,
          entityTypes: sent.entityTypes ?? [],
        });
  return [...shape, ...codeProblems(answer, fixture)];
}

/** An error without a code, or one that masks a fault, is never an answer to a client's question. */
export function codeProblems(
  { errors = [] }: SubgraphResponse,
  { withoutCodes }: Pick<Fixture, 'withoutCodes'>,
): string[] {
  return errors.flatMap(({ message, path, extensions }) => {
    const where = path?.join('.') ?? 'the answer';
    const code = extensions?.code;
    if (typeof code !== 'string')
      return withoutCodes ? [] : [`${where}: an error without a code: ${message}`];
    return code === 'INTERNAL_SERVER_ERROR' ? [`${where}: INTERNAL_SERVER_ERROR`] : [];
  });
}

// Problems that one response of a subgraph has by itself, whatever the fixture expects, and the run that notes them.
import { type GraphQLSchema, parse } from 'graphql';
import type { SubgraphResponse } from '../../platform/calls/call.ts';
import type { Interaction } from './contract.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fixture } from './fixture.ts';
import { findShapeProblems } from './response-shape.ts';

export interface Replay {
  endpoint: Endpoint;
  fixture: Fixture;
  schema: GraphQLSchema;
  /** Notes a finding for each problem. */
  note: (interaction: Interaction, check: string, problems: readonly string[]) => void;
}

/** Problems of the response's shape, and errors that no contract allows. */
export function findResponseProblems(
  { schema, fixture }: Pick<Replay, 'schema' | 'fixture'>,
  interaction: Interaction,
  sent: { variables: Readonly<Record<string, unknown>>; entityTypes?: readonly string[] },
  response: SubgraphResponse,
): string[] {
  const data = response.data ?? undefined;
  const shape =
    data === undefined
      ? []
      : findShapeProblems({
          schema,
          document: parse(interaction.text),
          variables: sent.variables,
          data,
          entityTypes: sent.entityTypes ?? [],
        });
  return [...shape, ...findCodeProblems(response, fixture)];
}

/** A response may refuse a request with a code. An error without a code, or one that masks a fault, is a problem. */
export function findCodeProblems(
  { errors = [] }: SubgraphResponse,
  { withoutCodes }: Pick<Fixture, 'withoutCodes'>,
): string[] {
  return errors.flatMap(({ message, path, extensions }) => {
    const where = path?.join('.') ?? 'the response';
    const code = extensions?.code;
    if (typeof code !== 'string')
      return withoutCodes ? [] : [`${where}: an error without a code: ${message}`];
    return code === 'INTERNAL_SERVER_ERROR' ? [`${where}: INTERNAL_SERVER_ERROR`] : [];
  });
}

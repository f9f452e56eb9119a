// Replays a contract against one subgraph, each interaction in many ways, and says what does not hold. What may differ
// from the recording is only what the fixture says; nothing else of the graph needs to be there.
import { type GraphQLSchema, parse } from 'graphql';
import type { Answer } from '../../platform/calls/call.ts';
import { shapeProblems } from './answer-shape.ts';
import type { Contract, Interaction } from './contract.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fixture } from './fixture.ts';
import { replayEntities } from './replay-entities.ts';
import { replayRefusals, replayRoot } from './replay-root.ts';

/** One promise that was not kept. */
export interface Finding {
  interaction: string;
  /** What was tried: "as recorded", "shuffled", … */
  check: string;
  problem: string;
}

export interface Replay {
  endpoint: Endpoint;
  fixture: Fixture;
  schema: GraphQLSchema;
  /** Notes a finding for each problem. */
  note: (interaction: Interaction, check: string, problems: readonly string[]) => void;
}

/** The schema is the composed one, with what clients cannot see: composed-schema.ts. */
export async function replay(
  contract: Contract,
  options: { endpoint: Endpoint; fixture: Fixture; schema: GraphQLSchema },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const run: Replay = {
    ...options,
    note: (interaction, check, problems) => {
      findings.push(...problems.map((problem) => ({ interaction: interaction.name, check, problem })));
    },
  };
  // What a mutation does would be among what a query answers.
  const inOrder = contract.interactions.toSorted((one, other) => rank(one) - rank(other));
  for (const interaction of inOrder) {
    try {
      await (interaction.requires === null
        ? replayRoot(run, interaction)
        : replayEntities(run, interaction, interaction.requires));
    } catch (cause) {
      run.note(interaction, 'answers', [(cause as Error).message]);
    }
  }
  await replayRefusals(run, contract);
  return findings;
}

function rank({ kind }: Interaction): number {
  return kind === 'query' ? 0 : 1;
}

/** What is wrong with an answer by itself: its shape, and errors that no contract allows. */
export function answerProblems(
  { schema, fixture }: Pick<Replay, 'schema' | 'fixture'>,
  interaction: Interaction,
  sent: { variables: Readonly<Record<string, unknown>>; entityTypes?: readonly string[] },
  answer: Answer,
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
  { errors = [] }: Answer,
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

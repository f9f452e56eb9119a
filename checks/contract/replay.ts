// Replays a contract against one subgraph, each interaction in many ways, and says what does not hold. What may differ
// from the recording is only what the fixture says; nothing else of the graph needs to be there.
import type { GraphQLSchema } from 'graphql';
import type { Contract, Interaction } from './contract.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fixture } from './fixture.ts';
import { replayEntities } from './replay-entities.ts';
import { replayRefusals, replayRoot } from './replay-root.ts';
import type { Replay } from './response-problems.ts';

/** One promise that was not kept. */
export interface Finding {
  interaction: string;
  /** What was tried: "as recorded", "shuffled", … */
  check: string;
  problem: string;
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

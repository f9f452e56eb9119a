// Replays a contract against one subgraph, each interaction in several ways, and reports every promise that the subgraph breaks.
// It needs the fixture of the subgraph and no other part of the graph.
import type { GraphQLSchema } from 'graphql';
import type { Contract, Interaction } from './contract.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fixture } from './fixture.ts';
import { replayEntities } from './replay-entities.ts';
import { replayRefusals, replayRoot } from './replay-root.ts';
import type { Replay } from './response-problems.ts';

/** One promise of the contract that the subgraph breaks. */
export interface Finding {
  interaction: string;
  /** The way in which the interaction was sent: "as recorded", "shuffled", … */
  check: string;
  problem: string;
}

/** `schema` is the composed schema with its inaccessible elements (composed-schema.ts). */
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
  // Queries come first, because a mutation would change their data.
  const inOrder = contract.interactions.toSorted((one, other) => getRank(one) - getRank(other));
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

function getRank({ kind }: Interaction): number {
  return kind === 'query' ? 0 : 1;
}

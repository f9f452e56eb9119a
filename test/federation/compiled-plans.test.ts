// Compiled plans answer what the graph says (oracle/: graphql-js over the merged schema) and what Apollo's own executor answers:
// to questions made up over every federation graph, in fair weather and with faults of subgraphs. None of them falls back.
// For a long run: SEED=1 OPERATIONS=20000 npx vitest run test/federation/compiled-plans.test.ts
import { OverlappingFieldsCanBeMergedRule, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { randomFrom } from '../support/random.ts';
import { differences, disagreements } from './compare-responses.ts';
import { openTriedGraph, type TriedGraph } from './compared-graph.ts';
import { everyGraph } from './every-graph.ts';
import type { FederationGraph } from './federation-graph.ts';
import type { Chance } from './generated-arguments.ts';
import { type MadeUpQuestion, makeUpQuestion } from './generated-operation.ts';
import type { FaultKind } from './injected-faults.ts';

/** Another number, other questions. */
const seed = Number(process.env.SEED ?? 20_261_122);
/** Questions, each of them asked in fair weather and in another one. */
const operations = Number(process.env.OPERATIONS ?? 2_000);

const graphs = await everyGraph();
const questionsOfEachGraph = Math.ceil(operations / graphs.length);
const faults: readonly FaultKind[] = ['fields', 'entities', 'down', 'nonsense'];

// Printed with the name of each test: with it, a failure can be had again.
for (const [index, { name, graph }] of graphs.entries())
  test(`answers the truth, as Apollo's executor does (${name}, seed ${seed})`, {
    timeout: 60_000 + 200 * questionsOfEachGraph,
  }, async () => {
    const tried = await openTriedGraph(graph);
    try {
      const chance = randomFrom(seed + index).next;
      for (let count = 0; count < questionsOfEachGraph; count += 1) {
        const question = nextQuestion(tried, chance, graph);
        const weather = faults[count % faults.length] ?? 'fields';
        const problems = [
          ...(await problemsWith(tried, question, 'none', count)),
          ...(await problemsWith(tried, question, weather, count)),
        ];
        expect(problems, `${question.whole}\n${JSON.stringify(question.variables)}`).toEqual([]);
      }
      expect(tried.plans().fallbacks).toEqual({});
    } finally {
      await tried.close();
    }
  });

async function problemsWith(
  tried: TriedGraph,
  { whole, variables }: MadeUpQuestion,
  kind: FaultKind,
  count: number,
): Promise<string[]> {
  const { isEntangled } = tried;
  const weather = { kind, seed: seed + count };
  const answer = await tried.ask('compiled', whole, variables, weather);
  const isMutation = whole.startsWith('mutation');
  // Apollo's executor asks one subgraph for several mutations before it asks others for the answer to the first.
  const disagreement = isMutation
    ? []
    : disagreements(answer, await tried.ask('stock', whole, variables, weather), isEntangled);
  const isWhole = kind === 'none' || kind === 'fields';
  // Whatever else a subgraph does, the truth knows only what would have been without it.
  const isUnknown = !isWhole && (kind === 'nonsense' || isMutation || isEntangled);
  const truth = await tried.truth(whole, variables, isWhole ? weather : { kind: 'none', seed });
  const untruth = isUnknown ? [] : differences(answer, truth, { isWhole, isEntangled });
  return [...disagreement, ...untruth].map((problem) => `${kind} ${weather.seed}: ${problem}`);
}

/** The next one that is valid: names of fields may clash, everything else is right by the way it is made. */
function nextQuestion(
  { schema }: TriedGraph,
  chance: Chance,
  { samples = {}, unsteady = [] }: FederationGraph,
): MadeUpQuestion {
  const hasMutations = Boolean(schema.getMutationType());
  for (let attempts = 0; attempts < 1_000; attempts += 1) {
    const isMutation = hasMutations && chance() < 0.5;
    const question = makeUpQuestion({ schema, chance, samples, unsteady, isMutation });
    if (validate(schema, parse(question.whole), [OverlappingFieldsCanBeMergedRule]).length === 0)
      return question;
  }
  throw new Error('no valid question in a thousand');
}

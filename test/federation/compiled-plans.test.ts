// Compiled plans and Apollo's own executor give the same answers: for questions made up over every federation graph, with
// the same names, arguments, fragments and conditions. Neither is the measure of the other where both are wrong; for that
// there are the questions of graphs/ with their whole answers.
import { Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { openSmallGraph, type SmallGraph } from '../gateway/small-graph.ts';
import { everyGraph } from './every-graph.ts';
import type { FederationGraph } from './federation-graph.ts';
import { type Chance, chanceOf, makeUpQuestion } from './made-up-question.ts';

/** Another number, other questions. */
const seed = 20_261_122;
const questionsOfEachGraph = 8;

// Printed with the name of each test: with it, a failure can be had again.
for (const [index, { name, graph }] of (await everyGraph()).entries())
  test(`answers the same with and without compiled plans (${name}, seed ${seed})`, {
    timeout: 60_000,
  }, async () => {
    // Graphs with state are asked in the same order, each of its own.
    const compiled = await openSmallGraph(graph.subgraphs, { COMPILED_PLANS: 'true' });
    const stock = await openSmallGraph(graph.subgraphs, { COMPILED_PLANS: 'false' });
    try {
      const schema = Supergraph.build(compiled.supergraphSdl).apiSchema().toGraphQLJSSchema();
      const chance = chanceOf(seed + index);
      for (let count = 0; count < questionsOfEachGraph; count += 1) {
        const { whole, variables } = nextQuestion(schema, chance, graph);
        expect(await ask(compiled, whole, variables), whole).toEqual(await ask(stock, whole, variables));
      }
    } finally {
      await compiled.close();
      await stock.close();
    }
  });

/** The next one that is valid: names of fields may clash. */
function nextQuestion(
  schema: GraphQLSchema,
  chance: Chance,
  { samples = {}, unsteady = [] }: FederationGraph,
) {
  for (let attempts = 0; attempts < 1_000; attempts += 1) {
    const question = makeUpQuestion({ schema, chance, samples, unsteady });
    if (validate(schema, parse(question.whole)).length === 0) return question;
  }
  throw new Error('no valid question in a thousand');
}

/** Fields in any order: Apollo's executor strays from the specification's where fragments repeat them. Errors, too. */
async function ask(graph: SmallGraph, query: string, variables: object) {
  const answer = (await (await graph.post({ query, variables })).json()) as {
    data?: unknown;
    errors?: { path?: unknown; message: string; extensions: { code: string } }[];
  };
  const errors = (answer.errors ?? []).map(({ path, message, extensions: { code } }) =>
    JSON.stringify([path, message, code]),
  );
  return { data: answer.data, errors: errors.sort() };
}

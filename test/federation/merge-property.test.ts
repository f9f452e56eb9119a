// What a set of fields is answered with is what each of its fields is answered with alone, put together: for questions made
// up over every federation graph. So a plan may batch, share and order fetches as it likes, and changes nothing by it.
import { Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { openSmallGraph, type SmallGraph } from '../gateway/small-graph.ts';
import { randomFrom } from '../support/random.ts';
import { everyGraph } from './every-graph.ts';
import type { FederationGraph } from './federation-graph.ts';
import type { Chance } from './generated-arguments.ts';
import { type MadeUpQuestion, makeUpQuestion } from './generated-operation.ts';
import { merged } from './merge-responses.ts';

/** Another number, other questions. */
const seed = 20_261_121;
const questionsOfEachGraph = 8;
/** Questions with more fields say no more, and take longer. */
const mostParts = 30;

interface GraphAnswer {
  data?: unknown;
  errors?: { path?: unknown; extensions: { code: string } }[];
}

// Printed with the name of each test: with it, a failure can be had again.
for (const [index, { name, graph }] of (await everyGraph()).entries())
  test(`the answer is that of its parts, merged (${name}, seed ${seed})`, { timeout: 120_000 }, async () => {
    const opened = await openSmallGraph(graph.subgraphs);
    try {
      const schema = Supergraph.build(opened.supergraphSdl).apiSchema().toGraphQLJSSchema();
      const chance = randomFrom(seed + index).next;
      for (let count = 0; count < questionsOfEachGraph; count += 1)
        await check(opened, nextQuestion(schema, chance, graph));
    } finally {
      await opened.close();
    }
  });

/** The next one that is valid: names of fields may clash. */
function nextQuestion(
  schema: GraphQLSchema,
  chance: Chance,
  { samples = {}, unsteady = [] }: FederationGraph,
): MadeUpQuestion {
  for (let attempts = 0; attempts < 1_000; attempts += 1) {
    const question = makeUpQuestion({ schema, chance, samples, unsteady });
    if (question.parts.length <= mostParts && validate(schema, parse(question.whole)).length === 0)
      return question;
  }
  throw new Error('no valid question in a thousand');
}

async function check(graph: SmallGraph, { whole, parts, variables }: MadeUpQuestion): Promise<void> {
  const answer = await ask(graph, whole, variables);
  expect(answer.data, `no answer to ${whole}: ${JSON.stringify(answer)}`).toBeDefined();
  const alone: GraphAnswer[] = [];
  for (const part of parts) alone.push(await ask(graph, part, variables));
  const expected = alone.map(({ data }) => data).reduce(merged);
  expect(answer.data, whole).toEqual(expected);
  // A part that was lost with its neighbour may keep its own error to itself, but nothing fails that works alone.
  const known = new Set(alone.flatMap(errorsOf));
  expect(
    errorsOf(answer).filter((error) => !known.has(error)),
    whole,
  ).toEqual([]);
  expect(errorsOf(answer).length > 0, whole).toBe(known.size > 0);
}

async function ask(graph: SmallGraph, query: string, variables: object): Promise<GraphAnswer> {
  return (await graph.post({ query, variables })).json() as Promise<GraphAnswer>;
}

function errorsOf({ errors = [] }: GraphAnswer): string[] {
  return errors.map(({ path, extensions: { code } }) => JSON.stringify([path, code]));
}

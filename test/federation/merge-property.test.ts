// The response to an operation equals the merged responses to its parts, each with one leaf field: for operations generated over
// each federation graph. A plan may therefore batch, share and order fetches, and must not change the response by it.
// For a long run: SEED=1 OPERATIONS=4000 npx vitest run test/federation/merge-property.test.ts
import { Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { openSmallGraph, type SmallGraph } from '../gateway/small-graph.ts';
import { createRandom } from '../support/random.ts';
import { everyGraph } from './every-graph.ts';
import type { FederationGraph } from './federation-graph.ts';
import type { Chance } from './generated-arguments.ts';
import { type GeneratedOperation, generateOperation } from './generated-operation.ts';
import { mergeData } from './merge-responses.ts';

/** Another seed generates other operations. */
const seed = Number(process.env.SEED ?? 20_261_121);
/** Generated operations, each with up to `maxParts` parts. */
const operations = Number(process.env.OPERATIONS ?? 160);
/** Operations with more parts find nothing more, and take longer. */
const maxParts = 30;

interface GraphResponse {
  data?: unknown;
  errors?: { path?: unknown; extensions: { code: string } }[];
}

const graphs = await everyGraph();
const operationsOfEachGraph = Math.ceil(operations / graphs.length);

// The seed is in the name of each test, so that a failure can be repeated.
for (const [index, { name, graph }] of graphs.entries())
  test(`responds with the merged responses to the parts (${name}, seed ${seed})`, {
    timeout: 60_000 + 2_000 * operationsOfEachGraph,
  }, async () => {
    const opened = await openSmallGraph(graph.subgraphs);
    try {
      const schema = Supergraph.build(opened.supergraphSdl).apiSchema().toGraphQLJSSchema();
      const chance = createRandom(seed + index).next;
      for (let count = 0; count < operationsOfEachGraph; count += 1)
        await check(opened, generateValidOperation(schema, chance, graph));
    } finally {
      await opened.close();
    }
  });

/** Two selected fields with one response key can conflict. */
function generateValidOperation(
  schema: GraphQLSchema,
  chance: Chance,
  { samples = {}, unsteady = [] }: FederationGraph,
): GeneratedOperation {
  for (let attempts = 0; attempts < 1_000; attempts += 1) {
    const operation = generateOperation({ schema, chance, samples, unsteady });
    if (operation.parts.length <= maxParts && validate(schema, parse(operation.text)).length === 0)
      return operation;
  }
  throw new Error('no valid operation in a thousand');
}

async function check(graph: SmallGraph, { text, parts, variables }: GeneratedOperation): Promise<void> {
  const response = await ask(graph, text, variables);
  expect(response.data, `no data for ${text}: ${JSON.stringify(response)}`).toBeDefined();
  const partResponses: GraphResponse[] = [];
  for (const part of parts) partResponses.push(await ask(graph, part, variables));
  const expected = partResponses.map(({ data }) => data).reduce(mergeData);
  expect(response.data, text).toEqual(expected);
  // The error of a part may be missing when another part lost the same object. No other error may be there.
  const known = new Set(partResponses.flatMap(listErrors));
  expect(
    listErrors(response).filter((error) => !known.has(error)),
    text,
  ).toEqual([]);
  expect(listErrors(response).length > 0, text).toBe(known.size > 0);
}

async function ask(graph: SmallGraph, query: string, variables: object): Promise<GraphResponse> {
  return (await graph.post({ query, variables })).json() as Promise<GraphResponse>;
}

function listErrors({ errors = [] }: GraphResponse): string[] {
  return errors.map(({ path, extensions: { code } }) => JSON.stringify([path, code]));
}

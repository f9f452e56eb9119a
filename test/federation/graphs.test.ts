// Executes the questions of each federation graph on a real gateway, and compares the whole responses.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSmallGraph, type SmallGraph } from '../gateway/small-graph.ts';
import { everyGraph } from './every-graph.ts';
import type { FederationGraph, Question } from './federation-graph.ts';

interface GraphResponse {
  data?: unknown;
  errors?: { path?: (string | number)[]; extensions: { code: string } }[];
}

for (const { name, graph } of await everyGraph())
  describe(`${name}: ${graph.about}`, () => testQuestions(graph));

function testQuestions({ subgraphs, questions, reset }: FederationGraph): void {
  let opened: SmallGraph;
  beforeAll(async () => {
    reset?.();
    opened = await openSmallGraph(subgraphs);
  });
  // Undefined when the graph did not open: the failure of beforeAll says why.
  afterAll(() => opened?.close());
  questions.forEach((question, index) => {
    test(`responds to question ${index + 1}: ${question.query.replaceAll(/\s+/g, ' ').trim()}`, () =>
      check(opened, question));
  });
}

async function check(
  graph: SmallGraph,
  { query, variables, data, errors = [], asks }: Question,
): Promise<void> {
  const before = graph.asked.length;
  const response = await graph.post({ query, variables });
  const body = (await response.json()) as GraphResponse;
  const failures = (body.errors ?? []).map(({ path, extensions: { code } }) => ({ path, code }));
  expect({ data: body.data, errors: failures.sort(byPath) }).toEqual({ data, errors });
  // The fields of the response have the order of the question.
  expect(JSON.stringify(body.data)).toBe(JSON.stringify(data));
  if (asks === undefined) return;
  expect([...new Set(graph.asked.slice(before).map(({ name }) => name))].sort()).toEqual(asks);
}

function byPath(one: { path?: unknown }, other: { path?: unknown }): number {
  const [left = '', right = ''] = [JSON.stringify(one.path), JSON.stringify(other.path)];
  return left < right ? -1 : Number(left > right);
}

// Every federation behaviour, asked of a real gateway: graphs/ holds the questions and their whole answers.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSmallGraph, type SmallGraph } from '../gateway/small-graph.ts';
import { everyGraph } from './every-graph.ts';
import type { FederationGraph, Question } from './federation-graph.ts';

interface GraphAnswer {
  data?: unknown;
  errors?: { path?: (string | number)[]; extensions: { code: string } }[];
}

for (const { name, graph } of await everyGraph()) describe(`${name}: ${graph.about}`, () => askAll(graph));

function askAll({ subgraphs, questions, reset }: FederationGraph): void {
  let opened: SmallGraph;
  beforeAll(async () => {
    reset?.();
    opened = await openSmallGraph(subgraphs);
  });
  // Undefined when the graph did not open: that failure is the one to read.
  afterAll(() => opened?.close());
  questions.forEach((question, index) => {
    test(`answers question ${index + 1}: ${question.query.replaceAll(/\s+/g, ' ').trim()}`, () =>
      check(opened, question));
  });
}

async function check(
  graph: SmallGraph,
  { query, variables, data, errors = [], asks }: Question,
): Promise<void> {
  const before = graph.asked.length;
  const response = await graph.post({ query, variables });
  const answer = (await response.json()) as GraphAnswer;
  const failed = (answer.errors ?? []).map(({ path, extensions: { code } }) => ({ path, code }));
  expect({ data: answer.data, errors: failed.sort(byPath) }).toEqual({ data, errors });
  // Fields come in the order in which they were asked for.
  expect(JSON.stringify(answer.data)).toBe(JSON.stringify(data));
  if (asks === undefined) return;
  expect([...new Set(graph.asked.slice(before).map(({ name }) => name))].sort()).toEqual(asks);
}

function byPath(one: { path?: unknown }, other: { path?: unknown }): number {
  const [left = '', right = ''] = [JSON.stringify(one.path), JSON.stringify(other.path)];
  return left < right ? -1 : Number(left > right);
}

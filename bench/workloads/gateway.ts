// Workload 2: the cost of a gateway alone, over canned subgraphs whose CPU is not measured. A response has about 90 kB. It is measured
// twice: all clients request the same page, so that fetches can be shared, and each client requests another page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { openGenerator } from '../measure/generator.ts';
import { type Measured, readMachine } from '../measure/measured.ts';
import { longLeadIn, measureAll, type Question, type Subject, shortLeadIn } from '../measure/rounds.ts';
import { requireSameAnswers } from '../measure/same-answers.ts';
import type { Options } from '../options.ts';
import { listGateways, startCannedGraph, startGateway } from './gateway/subjects.ts';

const pages = 50;

/** Question by name: the same page for all, or another for each. */
export function buildGatewayQuestions(): Question[] {
  const file = join(import.meta.dirname, 'gateway/reviews.graphql');
  const query = readFileSync(file, 'utf8').replaceAll(/^#.*\n/gm, '');
  const bodyOf = (page: number) => JSON.stringify({ query, variables: { page } });
  return [
    { name: 'same-page', bodies: [bodyOf(0)] },
    { name: 'own-pages', bodies: Array.from({ length: pages }, (_, page) => bodyOf(page)) },
  ];
}

export async function measureGateways(
  options: Options,
  { opened, folder, onStep }: { opened: OpenResources; folder: string; onStep: (step: string) => void },
): Promise<Measured> {
  const machine = readMachine();
  const names = options.subjects ?? listGateways();
  onStep(`starting ${names.join(', ')}`);
  const graph = await startCannedGraph(folder, opened);
  const subjects: Subject[] = [];
  for (const name of names) subjects.push(await startGateway(name, graph));
  const questions = buildGatewayQuestions().filter(({ name }) => options.questions?.includes(name) ?? true);
  await requireSameAnswers(subjects, questions, [0, 7]);
  const times = options.isQuick
    ? { rounds: options.rounds ?? 1, windowMs: 250, warmUpMs: 300, leadIn: shortLeadIn, budgetMs: 30_000 }
    : {
        rounds: options.rounds ?? 4,
        windowMs: 600,
        warmUpMs: 3_000,
        leadIn: longLeadIn,
        budgetMs: 3 * 60_000,
      };
  const cells = await measureAll({
    subjects,
    questions,
    clients: options.clients ?? [1, 50],
    ...times,
    shared: [],
    statements: async () => 0,
    generator: await openGenerator(opened),
    onStep,
  });
  return { cells, machine, ...times };
}

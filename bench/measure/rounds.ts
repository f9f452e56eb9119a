// Measures every subject in turn (A B C … A B C …) with each question and number of clients, so that the state of the machine is
// alike for all subjects and paired rounds are seconds apart.
import { readUsage } from './cpu.ts';
import { type Cell, type Figures, percentile } from './figures.ts';
import type { Generator } from './generator.ts';
import type { LeadIn } from './load.ts';

/** A measured program: its URL, the headers of each client, and its processes. */
export interface Subject {
  name: string;
  url: string;
  headers: readonly (readonly string[])[];
  pids: readonly number[];
}

export interface Question {
  name: string;
  /** Bodies of the POST: request n sends the n-th, modulo their number. */
  bodies: readonly string[];
}

export interface Plan {
  subjects: readonly Subject[];
  questions: readonly Question[];
  clients: readonly number[];
  rounds: number;
  /** The maximum time of all windows. A slow machine measures fewer rounds, but at least two. */
  budgetMs: number;
  /** The start of each window, which is not measured. */
  leadIn: LeadIn;
  windowMs: number;
  warmUpMs: number;
  /** Processes that work for every subject: PostgreSQL. */
  shared: readonly number[];
  /** SQL statements so far, of all subjects. */
  statements: () => Promise<number>;
  generator: Generator;
  onStep: (step: string) => void;
}

export async function measureAll(plan: Plan): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const question of plan.questions) {
    for (const subject of plan.subjects) {
      plan.onStep(`${question.name}: ${subject.name} warms up`);
      await measureWindow(plan, subject, question, countWarmUpClients(plan), 0, plan.warmUpMs);
    }
    for (const clients of plan.clients) {
      plan.onStep(`${question.name}: ${clients} clients`);
      cells.push(...(await measureRounds(plan, question, clients)));
    }
  }
  return cells;
}

/** For a full run: a single client sends few requests, and a subject has waited while all others were measured. */
export const longLeadIn: LeadIn = { requests: 200, minMs: 400, maxMs: 1_200 };

/** For a quick run. */
export const shortLeadIn: LeadIn = { requests: 100, minMs: 100, maxMs: 100 };

/**
 * The number of clients that send requests in a window. All of them send one in the lead-in already, because an identity is signed
 * once a minute for each session, and more than a minute may pass between two windows of one subject.
 */
const clientsPerWindow = 200;

/** A number between one and all clients, which warms the code for both. */
function countWarmUpClients({ clients }: Plan): number {
  return Math.min(16, Math.max(...clients));
}

async function measureRounds(plan: Plan, question: Question, clients: number): Promise<Cell[]> {
  const rounds = new Map(plan.subjects.map(({ name }) => [name, [] as Figures[]]));
  const until = performance.now() + plan.budgetMs / (plan.questions.length * plan.clients.length);
  for (let round = 0; round < plan.rounds; round += 1) {
    if (round >= 2 && performance.now() > until) break;
    for (const subject of plan.subjects) {
      // The same clients begin for every subject, others in every round.
      const figures = await measureWindow(plan, subject, question, clients, round * 131, plan.windowMs);
      rounds.get(subject.name)?.push(figures);
    }
  }
  return [...rounds].map(([subject, done]) => ({ subject, query: question.name, clients, rounds: done }));
}

async function measureWindow(
  plan: Plan,
  subject: Subject,
  question: Question,
  clients: number,
  first: number,
  ms: number,
): Promise<Figures> {
  const { generator, leadIn, shared, statements } = plan;
  const { url, headers } = subject;
  const { bodies } = question;
  await generator.open({ url, headers, bodies, connections: clients, first, many: clientsPerWindow, leadIn });
  const statementsBefore = await statements();
  const cpuBefore = readUsage([...subject.pids, ...shared]).cpuMs;
  const { took, seconds } = await generator.run(ms);
  const cpuAfter = readUsage([...subject.pids, ...shared]).cpuMs;
  return {
    perSecond: took.length / seconds,
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    cpuMs: (cpuAfter - cpuBefore) / took.length,
    statements: ((await statements()) - statementsBefore) / took.length,
    rssMb: readUsage(subject.pids).rssMb,
  };
}

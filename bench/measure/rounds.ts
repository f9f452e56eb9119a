// The plan of a measurement: every subject in turn (A B C … A B C …) with each query and number of clients, so that all
// subjects meet the same machine, and a paired round is seconds apart.
import { usageOf } from './cpu.ts';
import { type Cell, type Figures, percentile } from './figures.ts';
import type { Generator } from './generator.ts';
import type { LeadIn } from './load.ts';

/** What is measured: where it answers, how each client introduces itself to it, and which processes are its own. */
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
  /** What all windows together may take; on a slow machine there are fewer rounds then, but never fewer than two. */
  budgetMs: number;
  /** Before each window. */
  leadIn: LeadIn;
  windowMs: number;
  warmUpMs: number;
  /** Processes that work for every subject, PostgreSQL. */
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
      await oneWindow(plan, subject, question, warmUpClients(plan), 0, plan.warmUpMs);
    }
    for (const clients of plan.clients) {
      plan.onStep(`${question.name}: ${clients} clients`);
      cells.push(...(await paired(plan, question, clients)));
    }
  }
  return cells;
}

/** One client asks slowly, and what it meets has had as long to cool down as all the others took together. */
export const untilWarm: LeadIn = { requests: 200, leastMs: 400, mostMs: 1_200 };

/** For a look in between. */
export const briefly: LeadIn = { requests: 100, leastMs: 100, mostMs: 100 };

/**
 * How many ask in a window: all of them ask once in the lead-in already. An identity is signed once in a minute for a session,
 * however often it asks; between two windows of one subject as much time passes as sessions do not let pass.
 */
const many = 200;

/** Neither one by one nor all at once: code for both is warm afterwards. */
function warmUpClients({ clients }: Plan): number {
  return Math.min(16, Math.max(...clients));
}

async function paired(plan: Plan, question: Question, clients: number): Promise<Cell[]> {
  const rounds = new Map(plan.subjects.map(({ name }) => [name, [] as Figures[]]));
  const until = performance.now() + plan.budgetMs / (plan.questions.length * plan.clients.length);
  for (let round = 0; round < plan.rounds; round += 1) {
    if (round >= 2 && performance.now() > until) break;
    for (const subject of plan.subjects) {
      // The same clients begin for every subject, others in every round.
      const figures = await oneWindow(plan, subject, question, clients, round * 131, plan.windowMs);
      rounds.get(subject.name)?.push(figures);
    }
  }
  return [...rounds].map(([subject, done]) => ({ subject, query: question.name, clients, rounds: done }));
}

async function oneWindow(
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
  await generator.open({ url, headers, bodies, connections: clients, first, many, leadIn });
  const statementsBefore = await statements();
  const cpuBefore = usageOf([...subject.pids, ...shared]).cpuMs;
  const { took, seconds } = await generator.run(ms);
  const cpuAfter = usageOf([...subject.pids, ...shared]).cpuMs;
  return {
    perSecond: took.length / seconds,
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    cpuMs: (cpuAfter - cpuBefore) / took.length,
    statements: ((await statements()) - statementsBefore) / took.length,
    rssMb: usageOf(subject.pids).rssMb,
  };
}

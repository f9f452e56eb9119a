// Counts the SQL statements of the subgraphs of a world while a test asks something. No other request may run meanwhile.
import type { World } from '../support/world-interface.ts';

export interface Counted<Answer> {
  answer: Answer;
  /** By the name of the subgraph. Those that sent none are left out. */
  sent: Readonly<Record<string, number>>;
}

export async function countStatements<Answer>(
  world: Pick<World, 'subgraphs'>,
  ask: () => Promise<Answer>,
): Promise<Counted<Answer>> {
  const count = () => [...world.subgraphs()].map(([name, { statements }]) => [name, statements()] as const);
  const before = new Map(count());
  const answer = await ask();
  const sent = count().map(([name, total]) => [name, total - (before.get(name) ?? 0)] as const);
  return { answer, sent: Object.fromEntries(sent.filter(([, number]) => number > 0)) };
}

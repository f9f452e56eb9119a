// The plan that PostgreSQL makes once for all values of a statement, as the sessions of subgraphs have it.
import type { DeclaredStatement } from '../../../platform/database/statement.ts';
import { required } from '../../support/required.ts';
import type { SubgraphUnderTest } from '../../support/subgraph.ts';

export async function explainStatement(
  { sql }: Pick<SubgraphUnderTest, 'sql'>,
  statement: DeclaredStatement | undefined,
): Promise<string> {
  const { text, params } = required(statement, 'the statement exists');
  const typed = text.replaceAll(
    /\$(\d+)/g,
    (place, number) => `${place}::${params[Number(number) - 1]?.type}`,
  );
  const rows = await sql(`EXPLAIN (GENERIC_PLAN) ${typed}`);
  return rows.map((row) => Object.values(row)[0]).join('\n');
}

// Checks the declared statements of one subgraph against its migrated database. Nothing is run: a statement is prepared and
// described, and its row type is compared with the description.
import type { LocatedStatement } from '../../platform/database/declared-statements.ts';
import { compareStatement } from './compare.ts';
import { type Describer, openDescriber } from './describe.ts';

export interface StatementFinding {
  /** File and name of the statement. */
  statement: string;
  /** The column or parameter, with what the code expects and what PostgreSQL found. */
  problem: string;
}

/** `databaseUrl` is the URL of the runtime role, which sends these statements. */
export async function checkStatements(
  subgraph: string,
  databaseUrl: string,
  statements: readonly LocatedStatement[],
): Promise<StatementFinding[]> {
  const describer = await openDescriber(subgraph, databaseUrl);
  try {
    const findings: StatementFinding[] = [];
    for (const { file, name, declared } of statements)
      for (const problem of await findProblems(describer, declared))
        findings.push({ statement: `${file}, ${name}`, problem });
    return findings;
  } finally {
    await describer.close();
  }
}

async function findProblems(describer: Describer, declared: LocatedStatement['declared']): Promise<string[]> {
  try {
    return compareStatement(declared, await describer.describe(declared.text));
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    return [`PostgreSQL refuses it: ${cause.message}`];
  }
}

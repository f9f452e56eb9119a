// The statements that platform/ sends to tables of a subgraph. Their texts name the subgraph's schema.
import type { LocatedStatement } from '../../platform/database/declared-statements.ts';
import { buildHistoryStatements } from '../../platform/database/migrate.ts';

export function locatePlatformStatements(subgraph: string): LocatedStatement[] {
  const { exists, names } = buildHistoryStatements(subgraph);
  return Object.entries({ exists, names }).map(([name, declared]) => ({
    file: 'platform/database/migrate.ts',
    name: `buildHistoryStatements.${name}`,
    declared,
  }));
}

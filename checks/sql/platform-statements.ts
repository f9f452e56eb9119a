// The statements that platform/ sends to tables of a subgraph. Their texts name the subgraph's schema.
import type { LocatedStatement } from '../../platform/database/declared-statements.ts';
import { buildHistoryStatements } from '../../platform/migrations/migrate.ts';
import { buildPublishStatement } from '../../platform/migrations/running-code.ts';

export function locatePlatformStatements(subgraph: string): LocatedStatement[] {
  const { exists, names } = buildHistoryStatements(subgraph);
  const history = Object.entries({ exists, names }).map(([name, declared]) => ({
    file: 'platform/migrations/migrate.ts',
    name: `buildHistoryStatements.${name}`,
    declared,
  }));
  const publish = {
    file: 'platform/migrations/running-code.ts',
    name: 'buildPublishStatement',
    declared: buildPublishStatement(subgraph),
  };
  return [...history, publish];
}

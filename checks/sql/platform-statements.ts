// The statements that platform/ sends to tables of a subgraph. Their texts name the subgraph's schema.
import type { LocatedStatement } from '../../platform/database/declared-statements.ts';
import { buildFollowerStatements } from '../../platform/followers/follower-tables.ts';
import { buildHistoryStatements } from '../../platform/migrations/migrate.ts';
import { buildPublishStatement } from '../../platform/migrations/running-code.ts';
import type { SubgraphDefinition } from '../../platform/subgraph/definition.ts';

export function locatePlatformStatements({
  name: subgraph,
  followers,
}: Pick<SubgraphDefinition, 'name' | 'followers'>): LocatedStatement[] {
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
  const following = Object.entries(followers === undefined ? {} : buildFollowerStatements(subgraph)).map(
    ([name, declared]) => ({
      file: 'platform/followers/follower-tables.ts',
      name: `buildFollowerStatements.${name}`,
      declared,
    }),
  );
  return [...history, publish, ...following];
}

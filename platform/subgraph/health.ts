// The health of one subgraph: whether its database answers, which migrations it has, and how its peers respond.
import type { PeerHealth } from '../calls/resilience.ts';
import { type MigrationState, readMigrationState } from '../database/migrate.ts';
import type { Readiness } from '../http/health.ts';
import type { Context } from './context.ts';
import type { SubgraphDefinition } from './definition.ts';
import type { Peers } from './peer.ts';

export interface SubgraphHealth {
  database: { up: boolean; latencyMs: number | null };
  migrations: MigrationState | null;
  /** By name, as seen by the recent calls of this process. */
  peers: Readonly<Record<string, PeerHealth>>;
}

/** A subgraph is ready with its database and all migrations. A peer that is down fails only the operations that need it. */
export function toReadiness({ database, migrations, peers }: SubgraphHealth): Readiness {
  const isReady = database.up && migrations !== null && migrations.pending.length === 0;
  return { isReady, details: { database, migrations, peers } };
}

export async function checkHealth(
  ctx: Context,
  definition: SubgraphDefinition,
  { health }: Peers,
): Promise<SubgraphHealth> {
  const started = performance.now();
  try {
    await ctx.db.query('SELECT 1');
    const latencyMs = Math.round((performance.now() - started) * 100) / 100;
    const migrations = await readMigrationState(ctx.db, definition);
    return { database: { up: true, latencyMs }, migrations, peers: health() };
  } catch (cause) {
    ctx.log.warn({ err: cause }, 'the database does not respond');
    return { database: { up: false, latencyMs: null }, migrations: null, peers: health() };
  }
}

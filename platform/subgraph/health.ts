// The health of one subgraph: whether its database answers and takes writes, which migrations it has, and how its peers respond.
import type { OpenedDataSource } from '../database/data-source.ts';
import type { Readiness } from '../http/health.ts';
import { shareCheck } from '../http/shared-check.ts';
import { type MigrationState, readMigrationState } from '../migrations/migrate.ts';
import type { Context } from './context.ts';
import type { SubgraphDefinition } from './definition.ts';
import type { PeerState, Peers } from './peer.ts';

export interface SubgraphHealth {
  database: { up: boolean; latencyMs: number | null };
  migrations: MigrationState | null;
  /** By name, as seen by the recent calls of this process. */
  peers: Readonly<Record<string, PeerState>>;
}

/**
 * A subgraph is ready with its database and all migrations. A peer that is down, or that refuses the identity of this subgraph, fails only
 * the operations that need it: without this subgraph, everything else that it answers would be lost as well.
 */
export function toReadiness({ database, migrations, peers }: SubgraphHealth): Readiness {
  const isReady = database.up && migrations !== null && migrations.pending.length === 0;
  return { isReady, details: { database, migrations, peers } };
}

/** The returned check sends its statements at most once at a time. The state of the peers is always current. */
export function createHealthCheck(
  ctx: Context,
  definition: SubgraphDefinition,
  probe: OpenedDataSource['probe'],
  peers: Peers,
): () => Promise<SubgraphHealth> {
  const askDatabase = shareCheck(() => checkDatabase(ctx, definition, probe));
  return async () => ({ ...(await askDatabase()), peers: peers.health() });
}

async function checkDatabase(
  ctx: Context,
  definition: SubgraphDefinition,
  probe: OpenedDataSource['probe'],
): Promise<Omit<SubgraphHealth, 'peers'>> {
  const started = performance.now();
  try {
    await probe();
    const latencyMs = Math.round((performance.now() - started) * 100) / 100;
    const migrations = await readMigrationState(ctx.db, definition);
    return { database: { up: true, latencyMs }, migrations };
  } catch (cause) {
    ctx.log.warn({ err: cause }, 'the database does not respond, or takes no writes');
    return { database: { up: false, latencyMs: null }, migrations: null };
  }
}

// The health of one subgraph: whether its database answers and takes writes, which migrations it has, and how its neighbours respond.
import type { OpenedDataSource } from '../database/data-source.ts';
import type { FollowerHealth } from '../followers/follower-health.ts';
import type { Followers } from '../followers/start-followers.ts';
import type { Readiness } from '../http/health.ts';
import { shareCheck } from '../http/shared-check.ts';
import { type MigrationState, readMigrationState } from '../migrations/migrate.ts';
import type { Findings } from '../transport/configuration.ts';
import type { Context } from './context.ts';
import type { SubgraphDefinition } from './definition.ts';
import type { Neighbours } from './neighbours.ts';
import type { PeerState, Peers } from './peer.ts';

export interface SubgraphHealth {
  /** `login`: the server refuses the role or password of this process, though sessions that are open may still work. */
  database: { up: boolean; latencyMs: number | null; login?: string };
  migrations: MigrationState | null;
  /** By name, as seen by the recent calls of this process. */
  peers: Readonly<Record<string, PeerState>>;
  /** The services outside of the graph: what their answers say of the key of this process. */
  outside?: Readonly<Record<string, Findings>>;
  /** What it follows, by the name of the follower. Undefined when it follows nothing, or when its database does not answer. */
  followers?: Readonly<Record<string, FollowerHealth>>;
  /** What is certainly wrong with the configuration of this process: transport/configuration.ts. */
  configuration?: readonly string[];
}

/**
 * Whether callers of a subgraph are answered: with its database, a login that it accepts, and all migrations. A peer that is down, or that refuses the identity of this
 * subgraph, fails only the operations that need it: without this subgraph, everything else that it answers would be lost as well.
 */
export function toReadiness({ database, migrations, ...neighbours }: SubgraphHealth): Readiness {
  const isReady =
    database.up && database.login === undefined && migrations !== null && migrations.pending.length === 0;
  return { isReady, details: { database, migrations, ...neighbours } };
}

/** Whether an instance of a subgraph may replace another one: it answers, and its own configuration is not certainly wrong. */
export function toInstanceReadiness(health: SubgraphHealth): Readiness {
  const { isReady, details } = toReadiness(health);
  return { isReady: isReady && (health.configuration ?? []).length === 0, details };
}

type ProbedDatabase = Pick<OpenedDataSource, 'probe' | 'loginProblem'>;

export interface HealthSources {
  peers: Peers;
  neighbours: Neighbours;
  /** Names of the neighbours that are no peers. */
  outside: readonly string[];
  followers: Followers['health'];
}

/** The returned check sends its statements at most once at a time. The state of the neighbours is always current. */
export function createHealthCheck(
  ctx: Context,
  definition: SubgraphDefinition,
  database: ProbedDatabase,
  { peers, neighbours, outside, followers: askFollowers }: HealthSources,
): () => Promise<SubgraphHealth> {
  const askDatabase = shareCheck(() => checkDatabase(ctx, definition, database));
  return async () => {
    const state = { ...(await askDatabase()), peers: peers.health() };
    const mistakes = neighbours.mistakes();
    const followers = await askFollowers().catch(() => ({}));
    const findings = outside.map((name) => [name, neighbours.findings(name)] as const);
    return {
      ...state,
      ...(outside.length === 0 ? {} : { outside: Object.fromEntries(findings) }),
      ...(Object.keys(followers).length === 0 ? {} : { followers }),
      ...(mistakes.length === 0 ? {} : { configuration: mistakes }),
    };
  };
}

async function checkDatabase(
  ctx: Context,
  definition: SubgraphDefinition,
  { probe, loginProblem }: ProbedDatabase,
): Promise<Pick<SubgraphHealth, 'database' | 'migrations'>> {
  const started = performance.now();
  try {
    await probe();
    const latencyMs = Math.round((performance.now() - started) * 100) / 100;
    const migrations = await readMigrationState(ctx.db, definition);
    return { database: { up: true, latencyMs, ...describeLogin(loginProblem()) }, migrations };
  } catch (cause) {
    // A login that is refused is in the log already.
    if (loginProblem() === undefined)
      ctx.log.warn({ err: cause }, 'the database does not respond, or takes no writes');
    return { database: { up: false, latencyMs: null, ...describeLogin(loginProblem()) }, migrations: null };
  }
}

function describeLogin(login: string | undefined): { login?: string } {
  return login === undefined ? {} : { login };
}

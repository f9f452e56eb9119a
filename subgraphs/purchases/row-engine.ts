// The default engine. Its only state is the purchase row, which records the decisions. Every participant is idempotent for each
// purchase, so a new run repeats the steps that follow from the status of the row.
//
// The owner of a row runs it. The owner changes in four cases, each by one UPDATE in which exactly one instance succeeds:
//   - The owner stops for now, because a participant is unavailable. Owner becomes null, and any instance resumes it when due.
//   - The owner is gone, and with it its sign of life. The sweeper of any instance takes the row over.
//   - The owner does not know that it owns the row, because the database connection broke. Its own sweeper starts a new run.
//   - The client repeats its request in one of these cases. The instance that gets the request takes the row over at once.
// An instance that cannot prove that it is alive starts no purchase and pauses before each step. When it has a new sign of life,
// it continues only what it still owns. Between two steps, a run may still be beside its successor. That costs work but breaks
// nothing, because statuses change by compare-and-swap and the participants are idempotent.
import { setTimeout as sleep } from 'node:timers/promises';
import { decorrelatedJitterGenerator, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { startBackgroundLoop } from '../../platform/process/background-loop.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { PeerRefusal } from '../../platform/subgraph/peer.ts';
import type { PurchaseId } from '../../platform/values/ids.ts';
import { Refusal } from '../../platform/values/refusal.ts';
import type { Engine, Own } from './own.ts';
import { claimOne, claimOrphans, releaseOwnership } from './owner.ts';
import { bindParticipants } from './participants.ts';
import { type PurchaseRow, readPurchase } from './purchase.ts';
import { purchaseSaga } from './purchase-saga.ts';
import type { SignOfLife } from './sign-of-life.ts';
import { type Step, StepUnfinished } from './step.ts';

/** Maximum duration of one attempt of a step, in milliseconds. The calls of payments to its provider fit into it. */
const attemptTimeoutMs = 10_000;

/** How often a run that is paused looks whether the instance has a sign of life again, in milliseconds. */
const pausePollMs = 50;

export function createRowEngine(signOfLife: SignOfLife, sweepMs: number): Engine {
  const owner = signOfLife.key;
  const stopping = new AbortController();
  /** The runs of this instance, by purchase. Closing waits for them. The sweeper finds rows of this instance that have no run. */
  const runs = new Map<PurchaseId, Promise<PurchaseRow | undefined>>();
  /** A purchase has one run in this instance. A repeated request waits for the same run. */
  const run = (ctx: Context<Own>, purchase: PurchaseRow, paymentToken: string | null) => {
    const existingRun = runs.get(purchase.id);
    if (existingRun !== undefined) return existingRun;
    const requireOwnership = createOwnershipCheck(ctx, purchase.id, signOfLife, stopping.signal);
    const step = createRowStep(ctx, requireOwnership);
    const newRun = runOnce(ctx, purchase, paymentToken, { owner, step }).finally(() =>
      runs.delete(purchase.id),
    );
    runs.set(purchase.id, newRun);
    return newRun;
  };

  return {
    owner,
    canStart: signOfLife.isProven,
    drive: async (ctx, purchase, paymentToken) => {
      const ownedPurchase = purchase.owner === owner ? purchase : await claimOne(ctx, purchase.id, owner);
      return ownedPurchase === null ? undefined : run(ctx, ownedPurchase, paymentToken);
    },
    startBackground: (ctx) => {
      const stop = startBackgroundLoop(sweepMs, ctx.log, async () => {
        if (!signOfLife.isProven()) return false;
        const orphans = await claimOrphans(ctx, owner, [...runs.keys()]);
        // The loop does not await the runs: one that waits for a participant must not delay the others.
        for (const orphan of orphans) void run(ctx, orphan, null);
        return orphans.length > 0;
      });
      return async () => {
        stopping.abort();
        await stop();
        await Promise.allSettled(runs.values());
      };
    },
    close: signOfLife.close,
  };
}

/** This run must not continue: another instance owns the purchase, or may own it while this one stops. */
class OwnershipLost extends Error {
  override name = 'OwnershipLost';
}

/**
 * Returns a function that waits until this instance has a sign of life. It throws OwnershipLost when the sign was lost meanwhile
 * and another instance has taken the purchase over. While no sign is lost, it sends no statement.
 */
function createOwnershipCheck(
  ctx: Pick<Context, 'db'>,
  id: PurchaseId,
  signOfLife: SignOfLife,
  stopping: AbortSignal,
): () => Promise<void> {
  let checkedSign = signOfLife.timesTaken();
  return async () => {
    while (!signOfLife.isProven()) {
      if (stopping.aborted) throw new OwnershipLost('the instance stops without a sign of life');
      await sleep(pausePollMs);
    }
    const sign = signOfLife.timesTaken();
    if (sign === checkedSign) return;
    const { owner } = await readPurchase(ctx, id);
    if (owner !== signOfLife.key) throw new OwnershipLost('another instance has taken the purchase over');
    checkedSign = sign;
  };
}

/** Runs a purchase once. Returns the row when it has ended. Otherwise releases the row and returns undefined. */
async function runOnce(
  ctx: Context<Own>,
  purchase: PurchaseRow,
  paymentToken: string | null,
  { owner, step }: { owner: number; step: Step },
): Promise<PurchaseRow | undefined> {
  let latest: PurchaseRow | undefined;
  const participants = bindParticipants(ctx, (row) => {
    latest = row;
  });
  try {
    await purchaseSaga(step, participants, purchase, paymentToken);
    return latest;
  } catch (cause) {
    // The purchase has not ended. Its row has the status of the last decision, from which another run continues.
    await giveUp(ctx, purchase.id, owner, cause);
    return undefined;
  }
}

/** Releases the purchase of a run that failed. A run that lost a race to another instance is no failure: that one continues. */
async function giveUp(ctx: Context<Own>, id: PurchaseId, owner: number, cause: unknown): Promise<void> {
  try {
    const isReleased = await releaseOwnership(ctx, id, owner);
    if (isReleased) {
      ctx.log.error({ err: cause, purchase: id }, 'could not finish the purchase now; it is resumed later');
    } else {
      ctx.log.info({ err: cause, purchase: id }, 'another instance runs the purchase, or it has ended');
    }
  } catch (lost) {
    // The database is unavailable as well. When it is back, the sweeper finds that this instance owns the row without a run.
    ctx.log.error({ err: cause, purchase: id }, 'could not finish the purchase now; it is resumed later');
    ctx.log.error({ err: lost, purchase: id }, 'could not release ownership of the purchase');
  }
}

const stepRetry = retry(
  handleWhen((cause) => !isDefinitive(cause)),
  {
    maxAttempts: 2,
    backoff: new ExponentialBackoff({
      generator: decorrelatedJitterGenerator,
      initialDelay: 50,
      maxDelay: 1_000,
    }),
  },
);

/** Creates a step that runs at once, and repeats an attempt that ended without a final answer a few times. */
function createRowStep(ctx: Pick<Context, 'crashPoint'>, requireOwnership: () => Promise<void>): Step {
  return async (name, run) => {
    await requireOwnership();
    try {
      return await stepRetry.execute(async () => {
        ctx.crashPoint(`before ${name}`);
        const result = await run(AbortSignal.timeout(attemptTimeoutMs));
        ctx.crashPoint(`after ${name}`);
        return result;
      });
    } catch (cause) {
      throw isDefinitive(cause) ? cause : new StepUnfinished(name, cause);
    }
  };
}

function isDefinitive(cause: unknown): boolean {
  return cause instanceof PeerRefusal || cause instanceof Refusal;
}

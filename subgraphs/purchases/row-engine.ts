// The default engine: no journal beside the purchase row. Since every participant is idempotent by purchase id, a run
// that begins again simply does its steps again, from what the row's status says; only decisions are written down.
//
// A row is run by its owner. It changes hands in four ways, each one UPDATE that lets exactly one win:
//   - its owner gave up for now (a participant is away): owner becomes null, and any instance resumes it when due;
//   - its owner is gone (its sign of life is not held): any instance's sweeper takes it over;
//   - its owner does not know of it (the database ended in between): its own sweeper begins again;
//   - the client repeats its request while one of the above is true: that instance takes it over at once.
// A process that was only frozen, not dead, may wake up and run beside its successor. That costs effort, not truth: the
// statuses are compare-and-swap, the participants idempotent.
import { decorrelatedJitterGenerator, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { startBackgroundLoop } from '../../platform/process/background-loop.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { PeerRefusal } from '../../platform/subgraph/peer.ts';
import type { PurchaseId } from '../../platform/values/ids.ts';
import { Refusal } from '../../platform/values/refusal.ts';
import type { Engine, Own } from './own.ts';
import { claimOne, claimOrphans, park } from './owner.ts';
import { participantsOf } from './participants.ts';
import type { PurchaseRow } from './purchase.ts';
import { purchaseSaga } from './purchase-saga.ts';
import type { SignOfLife } from './sign-of-life.ts';
import { type Step, StepUnfinished } from './step.ts';

/** How long one attempt of a step may take, in milliseconds. Payments waits for its provider within this. */
const attemptMs = 10_000;

export function rowEngine(signOfLife: SignOfLife, sweepMs: number): Engine {
  const owner = signOfLife.key;
  /** What runs here, by purchase: closing waits for it, and the sweeper knows what is ours in name alone. */
  const runs = new Map<PurchaseId, Promise<PurchaseRow | undefined>>();
  /** One run a purchase: whoever asks for it again meanwhile waits for the same end. */
  const run = (ctx: Context<Own>, purchase: PurchaseRow, paymentToken: string | null) => {
    const known = runs.get(purchase.id);
    if (known !== undefined) return known;
    const running = runOnce(ctx, purchase, paymentToken, owner).finally(() => runs.delete(purchase.id));
    runs.set(purchase.id, running);
    return running;
  };

  return {
    owner,
    drive: async (ctx, purchase, paymentToken) => {
      const mine = purchase.owner === owner ? purchase : await claimOne(ctx, purchase.id, owner);
      return mine === null ? undefined : run(ctx, mine, paymentToken);
    },
    background: (ctx) => {
      const stop = startBackgroundLoop(sweepMs, ctx.log, async () => {
        const orphans = await claimOrphans(ctx, owner, [...runs.keys()]);
        // Not awaited: one that waits for a participant must not keep the others waiting.
        for (const orphan of orphans) void run(ctx, orphan, null);
        return orphans.length > 0;
      });
      return async () => {
        await stop();
        await Promise.allSettled(runs.values());
      };
    },
    close: signOfLife.close,
  };
}

/** One run. Resolves with the row where it came to its end; parks the row and resolves with undefined where it did not. */
async function runOnce(
  ctx: Context<Own>,
  purchase: PurchaseRow,
  paymentToken: string | null,
  owner: number,
): Promise<PurchaseRow | undefined> {
  let latest: PurchaseRow | undefined;
  const participants = participantsOf(ctx, (row) => {
    latest = row;
  });
  try {
    await purchaseSaga(rowStep(ctx), participants, purchase, paymentToken);
    return latest;
  } catch (cause) {
    // Not the end: the row says how far it came, and somebody goes on from there.
    ctx.log.error({ err: cause, purchase: purchase.id }, 'a purchase could not be ended now');
    await park(ctx, purchase.id, owner).catch((lost: unknown) => {
      // The database is away as well. Once it is back, the sweeper finds that nobody runs what is written down as ours.
      ctx.log.error({ err: lost, purchase: purchase.id }, 'a purchase could not be put down');
    });
    return undefined;
  }
}

const again = retry(
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

/** Runs a step now, repeating it a little while nobody gives a definite answer. */
function rowStep(ctx: Pick<Context, 'crashPoint'>): Step {
  return async (name, run) => {
    try {
      return await again.execute(async () => {
        ctx.crashPoint(`before ${name}`);
        const result = await run(AbortSignal.timeout(attemptMs));
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

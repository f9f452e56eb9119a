// The second engine: the same saga as a workflow of Restate (https://restate.dev), one for each purchase, by its id.
// Restate keeps the journal of steps and calls any instance to go on; the row says only how far the purchase is.
//
// What lies in Restate: ids, what was reserved at which price, refusals, and the payment token. The token is sealed
// (sealed-token.ts), and everything is dropped when the purchase ends; for `retentionMs` only its id is kept.
// A purchase that Restate has never heard of (we ended between writing the row and submitting it), or forgot, is found by
// the sweeper and submitted again, without its token: it goes on with the payment there is, or is cancelled.

import { startBackgroundLoop } from '../../../platform/process/background-loop.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import { PeerRefusal } from '../../../platform/subgraph/peer.ts';
import type { PurchaseId } from '../../../platform/values/ids.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import type { Engine, Own } from '../own.ts';
import { claimForgotten } from '../owner.ts';
import { participantsOf } from '../participants.ts';
import { type PurchaseRow, readPurchase } from '../purchase.ts';
import { purchaseSaga } from '../purchase-saga.ts';
import type { PurchaseStatus } from '../purchase-status.ts';
import { StepUnfinished } from '../step.ts';
import { openDoor, register } from './endpoint.ts';
import { type LogMetadata, loadRestate, type Restate, type RestateContext } from './sdk.ts';
import { type TokenSeal, tokenSealOf } from './sealed-token.ts';
import { journaledStep } from './step.ts';

export interface RestateSettings {
  PURCHASES_RESTATE_INGRESS_URL: string;
  PURCHASES_RESTATE_ADMIN_URL: string;
  PURCHASES_RESTATE_LISTEN: number;
  PURCHASES_RESTATE_URL?: string | undefined;
  PURCHASES_WAIT_MS: number;
  PURCHASES_SWEEP_MS: number;
}

/** What a workflow is started with. The status is part of it because a replay must take the same way again. */
interface Submission {
  status: PurchaseStatus;
  sealedToken: string | null;
}

const workflowName = 'purchase';
/** How long Restate knows that a purchase has ended, in milliseconds. A later submission finds the row ended as well. */
const retentionMs = 10 * 60_000;
/** How long a submission is tried, in milliseconds. Shorter than what makes a row forgotten: see claimForgotten. */
const submitMs = 5_000;

export async function openRestateEngine(
  settings: RestateSettings,
  identityKey: string | undefined,
  restate: Restate = loadRestate(),
): Promise<Engine> {
  const door = await openDoor(settings.PURCHASES_RESTATE_LISTEN);
  const seal = tokenSealOf(identityKey);
  const closing = new AbortController();
  const workflowOf = connect(settings.PURCHASES_RESTATE_INGRESS_URL, restate);
  const within = (ms: number) => AbortSignal.any([closing.signal, AbortSignal.timeout(ms)]);
  let isRegistered = false;
  const submit = async ({ id, status }: PurchaseRow, token: string | null) => {
    const submission = { status, sealedToken: token === null ? null : seal.seal(id, token) };
    const options = restate.clients.rpc.sendOpts({ signal: within(submitMs) });
    await workflowOf(id)
      .workflowSubmit(submission, options)
      .catch((cause: unknown) => {
        // It may be a Restate that has lost its data, and does not know us.
        isRegistered = false;
        throw new Error('Restate did not take a purchase', { cause });
      });
  };

  return {
    owner: null,
    drive: async (ctx, purchase, paymentToken) => {
      try {
        await submit(purchase, paymentToken);
        const signal = within(settings.PURCHASES_WAIT_MS);
        await workflowOf(purchase.id).workflowAttach(restate.clients.rpc.opts({ signal }));
        return await readPurchase(ctx, purchase.id);
      } catch (cause) {
        if (!isAbort(cause))
          ctx.log.error({ err: cause, purchase: purchase.id }, 'a purchase goes on without its client');
        return undefined;
      }
    },
    background: (ctx) => {
      door.answerWith(listenerOf(ctx, restate, seal));
      const stop = startBackgroundLoop(settings.PURCHASES_SWEEP_MS, ctx.log, async (signal) => {
        if (!isRegistered) {
          await register(
            settings.PURCHASES_RESTATE_ADMIN_URL,
            settings.PURCHASES_RESTATE_URL ?? door.url,
            signal,
          );
          isRegistered = true;
        }
        const forgotten = await claimForgotten(ctx);
        await Promise.all(forgotten.map((purchase) => submit(purchase, null)));
        return false;
      });
      return async () => {
        closing.abort();
        await stop();
      };
    },
    close: door.close,
  };
}

/** The workflow of each purchase. A call that fails is repeated until its signal says stop. */
function connect(url: string, { clients }: Restate) {
  const ingress = clients.connect({
    url,
    retry: {
      maxAttempts: false,
      maxDuration: false,
      initialInterval: 50,
      maxInterval: 1_000,
      // 404: Restate does not know our workflow yet. It will, as soon as we are registered.
      shouldRetry: (failure) => failure.status === 404 || clients.defaultShouldRetry(failure),
    },
  });
  return (id: PurchaseId) => ingress.workflowClient<Submission>({ name: workflowName }, id);
}

function listenerOf(ctx: Context<Own>, { sdk }: Restate, seal: TokenSeal) {
  const workflow = sdk.workflow<Submission>({
    name: workflowName,
    handlers: { run: (restate, submission) => runWorkflow(ctx, restate, submission, seal, sdk) },
    options: {
      journalRetention: 0,
      workflowRetention: retentionMs,
      // For as long as no instance can be reached: a purchase is never given up.
      retryPolicy: { maxAttempts: 1_000_000_000, onMaxAttempts: 'pause', maxInterval: 5_000 },
    },
  });
  const log = ({ level, context }: LogMetadata, ...message: unknown[]) => {
    if (level !== 'warn' && level !== 'error') return;
    const err = message.find((part) => part instanceof Error);
    ctx.log[level](
      { err, purchase: context?.key, invocation: context?.invocationId },
      String(message[0]).trim(),
    );
  };
  return sdk.endpoint().bind(workflow).setLogger(log).http2Handler();
}

/** Runs a purchase to its end. What decides the way (status, answers, refusals) is journaled; the row's ids never change. */
async function runWorkflow(
  ctx: Context<Own>,
  restate: RestateContext,
  { status, sealedToken }: Submission,
  seal: TokenSeal,
  sdk: Restate['sdk'],
): Promise<void> {
  const token = sealedToken === null ? null : seal.open(restate.key, sealedToken);
  const step = journaledStep(restate, ctx, sdk);
  const row = await readPurchase(ctx, restate.key);
  let current = status;
  for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, 60_000)) {
    try {
      return await purchaseSaga(step, participantsOf(ctx), { ...row, status: current }, token);
    } catch (cause) {
      // Anything else is Restate's: its own signals, and faults of ours that it repeats from the journal.
      if (!isNotNow(cause)) throw cause;
      ctx.log.error({ err: cause, purchase: restate.key }, 'a purchase could not be ended now');
    }
    // A refusal that nobody expected, say. It would be replayed for ever: asked anew instead, from what the row says.
    await restate.sleep(pauseMs);
    const look = async () => (await readPurchase(ctx, restate.key)).status;
    const repeats = { initialRetryInterval: 100, maxRetryInterval: 10_000, retryIntervalFactor: 2 };
    current = await restate.run('look again', look, repeats);
  }
}

function isNotNow(cause: unknown): boolean {
  return cause instanceof StepUnfinished || cause instanceof PeerRefusal || cause instanceof Refusal;
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && (cause.name === 'AbortError' || cause.name === 'TimeoutError');
}

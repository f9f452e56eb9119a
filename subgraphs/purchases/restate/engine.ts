// The Restate engine: runs the same saga as a workflow of Restate (https://restate.dev), one for each purchase, by its id. Restate
// keeps the journal of the steps and calls any instance to continue. The row records the status of the purchase only.
//
// Restate stores ids, reserved lines with their prices, refusals, and the payment token. The token is sealed (sealed-token.ts).
// Restate deletes all of it when the purchase ends, and keeps only the id for `retentionMs`.
// A purchase may be unknown to Restate, because this process ended before it submitted the row or because Restate lost its data.
// The sweeper submits such a purchase again, without its token: it continues an existing payment, or is cancelled.

import { startBackgroundLoop } from '../../../platform/process/background-loop.ts';
import type { Context } from '../../../platform/subgraph/context.ts';
import { PeerRefusal } from '../../../platform/subgraph/peer.ts';
import type { PurchaseId } from '../../../platform/values/ids.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import type { Engine, Own } from '../own.ts';
import { claimForgotten } from '../owner.ts';
import { bindParticipants } from '../participants.ts';
import { type PurchaseRow, readPurchase } from '../purchase.ts';
import { purchaseSaga } from '../purchase-saga.ts';
import type { PurchaseStatus } from '../purchase-status.ts';
import { StepUnfinished } from '../step.ts';
import { openCallServer, registerDeployment } from './endpoint.ts';
import { type LogMetadata, loadRestate, type Restate, type RestateContext } from './sdk.ts';
import { createTokenSeal, type TokenSeal } from './sealed-token.ts';
import { getRestateUrls, type RestateSettings, type RestateUrls } from './settings.ts';
import { createJournaledStep } from './step.ts';

/** The input of a workflow. The status is part of it, because a replay must take the same steps again. */
interface Submission {
  status: PurchaseStatus;
  sealedToken: string | null;
}

const workflowName = 'purchase';
/** How long Restate remembers that a purchase has ended, in milliseconds. A later submission finds that the row has ended. */
const retentionMs = 10 * 60_000;
/** How long a submission is tried, in milliseconds. It is shorter than the time after which claimForgotten claims a row. */
const submitTimeoutMs = 5_000;

export async function openRestateEngine(
  settings: RestateSettings,
  identityKey: string | undefined,
  restate: Restate = loadRestate(),
): Promise<Engine> {
  const callServer = await openCallServer(settings.PURCHASES_RESTATE_LISTEN);
  const seal = createTokenSeal(identityKey);
  const closing = new AbortController();
  const urls = getRestateUrls(settings, callServer.url);
  const getWorkflow = connectIngress(urls.ingress, restate);
  const registration = createRegistration(urls);
  const submit = createSubmit(getWorkflow, seal, registration, closing.signal, restate);
  return {
    owner: null,
    canStart: () => true,
    drive: async (ctx, purchase, paymentToken) => {
      try {
        await submit(purchase, paymentToken);
        const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(settings.PURCHASES_WAIT_MS)]);
        await getWorkflow(purchase.id).workflowAttach(restate.clients.rpc.opts({ signal }));
        return await readPurchase(ctx, purchase.id);
      } catch (cause) {
        logEndOfWaiting(ctx, purchase, cause);
        return undefined;
      }
    },
    startBackground: (ctx) => {
      callServer.setListener(buildListener(ctx, restate, seal));
      const stop = startSweeper(ctx, settings.PURCHASES_SWEEP_MS, registration, submit);
      return async () => {
        closing.abort();
        await stop();
      };
    },
    close: callServer.close,
  };
}

/** Whether Restate knows this server, as far as this process has seen. */
interface Registration {
  /** Registers this server, unless it is registered already. */
  ensure: (signal: AbortSignal) => Promise<void>;
  /** Has the next `ensure` register again. */
  forget: () => void;
}

function createRegistration({ admin, own }: RestateUrls): Registration {
  let isRegistered = false;
  return {
    ensure: async (signal) => {
      if (isRegistered) return;
      await registerDeployment(admin, own, signal);
      isRegistered = true;
    },
    forget: () => {
      isRegistered = false;
    },
  };
}

type Submit = (purchase: PurchaseRow, token: string | null) => Promise<void>;

/** Returns a function that hands a purchase to Restate. Restate runs a purchase once, also when it is submitted again. */
function createSubmit(
  getWorkflow: ReturnType<typeof connectIngress>,
  seal: TokenSeal,
  registration: Registration,
  closing: AbortSignal,
  { clients }: Restate,
): Submit {
  return async ({ id, status }, token) => {
    const submission = { status, sealedToken: token === null ? null : seal.seal(id, token) };
    const signal = AbortSignal.any([closing, AbortSignal.timeout(submitTimeoutMs)]);
    await getWorkflow(id)
      .workflowSubmit(submission, clients.rpc.sendOpts({ signal }))
      .catch((cause: unknown) => {
        // Restate may have lost its data, and with it the registration of this server.
        registration.forget();
        throw new Error('Restate did not accept the purchase', { cause });
      });
  };
}

/** Keeps this server registered, and submits the purchases that Restate does not know. Returns the function that stops it. */
function startSweeper(ctx: Context<Own>, pauseMs: number, registration: Registration, submit: Submit) {
  return startBackgroundLoop(pauseMs, ctx.log, async (signal) => {
    await registration.ensure(signal);
    const forgotten = await claimForgotten(ctx);
    await Promise.all(forgotten.map((purchase) => submit(purchase, null)));
    return false;
  });
}

/** Logs why a request stops waiting, unless its time is over or this process ends. */
function logEndOfWaiting(ctx: Context<Own>, purchase: PurchaseRow, cause: unknown): void {
  if (isAbort(cause)) return;
  ctx.log.error(
    { err: cause, purchase: purchase.id },
    'the request no longer waits for the purchase, which continues',
  );
}

/** Connects to Restate. Returns a function that gets the workflow of a purchase. A call is repeated until its signal aborts. */
function connectIngress(url: string, { clients }: Restate) {
  const ingress = clients.connect({
    url,
    retry: {
      maxAttempts: false,
      maxDuration: false,
      initialInterval: 50,
      maxInterval: 1_000,
      // 404 means that Restate does not know the workflow yet. It does as soon as this server is registered.
      shouldRetry: (failure) => failure.status === 404 || clients.defaultShouldRetry(failure),
    },
  });
  return (id: PurchaseId) => ingress.workflowClient<Submission>({ name: workflowName }, id);
}

function buildListener(ctx: Context<Own>, { sdk }: Restate, seal: TokenSeal) {
  const workflow = sdk.workflow<Submission>({
    name: workflowName,
    handlers: { run: (restate, submission) => runWorkflow(ctx, restate, submission, seal, sdk) },
    options: {
      journalRetention: 0,
      workflowRetention: retentionMs,
      // Restate repeats a call while no instance can be reached, and never gives a purchase up.
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

/**
 * Runs a purchase to its end. Everything that decides which steps follow (the status, responses, refusals) is in the journal. The
 * ids of the row never change.
 */
async function runWorkflow(
  ctx: Context<Own>,
  restate: RestateContext,
  { status, sealedToken }: Submission,
  seal: TokenSeal,
  sdk: Restate['sdk'],
): Promise<void> {
  const token = sealedToken === null ? null : seal.open(restate.key, sealedToken);
  const step = createJournaledStep(restate, ctx, sdk);
  const row = await readPurchase(ctx, restate.key);
  let current = status;
  for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, 60_000)) {
    try {
      return await purchaseSaga(step, bindParticipants(ctx), { ...row, status: current }, token);
    } catch (cause) {
      // Restate handles all other errors: its own signals, and faults, after which it repeats the workflow from the journal.
      if (!canRunAgain(cause)) throw cause;
      ctx.log.error(
        { err: cause, purchase: restate.key },
        'could not finish the purchase now; it is resumed later',
      );
    }
    // The cause may be an unexpected refusal, which the journal would replay for ever. So the saga starts again from the status
    // that the row has then.
    await restate.sleep(pauseMs);
    const readStatus = async () => (await readPurchase(ctx, restate.key)).status;
    const retryOptions = { initialRetryInterval: 100, maxRetryInterval: 10_000, retryIntervalFactor: 2 };
    current = await restate.run('look again', readStatus, retryOptions);
  }
}

function canRunAgain(cause: unknown): boolean {
  return cause instanceof StepUnfinished || cause instanceof PeerRefusal || cause instanceof Refusal;
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && (cause.name === 'AbortError' || cause.name === 'TimeoutError');
}

// Sends the merchant an event for each change of a charge: a signed POST, a moment after the change and together with the other
// events of that moment, as providers do. A delivery is repeated with growing pauses until it is answered 2xx, and given up after
// a few times. Events are not stored: the merchant can ask for any charge at any time. Tests can delay and repeat deliveries.
import { setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { Agent, request } from 'undici';
import type { Log } from '../../../platform/process/log.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { signatureHeader, signBody } from '../provider/webhook-signature.ts';

export interface WebhookOptions {
  /** The shared secrets. Each event is signed with each of them. */
  secrets: readonly string[];
  /** Where events are posted. Without it no events are sent until `postTo` is called. */
  url?: string;
  /** How long events are gathered before they are sent, in milliseconds. */
  gatherMs?: number;
  /** The first pause before an event is sent again, in milliseconds. Later pauses are longer. */
  retryMs?: number;
}

/** How events are delivered. Tests change it to repeat and reorder them. */
export interface DeliverySettings {
  /** How often each event is sent, also after a 2xx response. */
  copies: number;
  /** The delays of the events, in turn: with [300, 0], every second event overtakes the one before. */
  delaysMs: readonly number[];
}

export interface Deliveries {
  /** Sends an event about a charge, in the background. */
  announce: (event: string, reference: string) => void;
  postTo: (url: string) => void;
  configure: (settings: DeliverySettings) => void;
  /** Returns how many deliveries have not ended yet. */
  underWay: () => number;
  close: () => Promise<void>;
}

/** Maximum number of repeats of an event that is not answered 2xx. */
export const maxRetries = 4;

const timeoutMs = 5_000;

export function openDeliveries(options: WebhookOptions, log?: Log): Deliveries {
  const agent = new Agent({ connections: 16 });
  const closing = new AbortController();
  const deliver = createDeliver(options, agent, closing.signal, log);
  const underWay = new Set<Promise<void>>();
  let { url } = options;
  let settings: DeliverySettings = { copies: 1, delaysMs: [0] };
  let sent = 0;

  return {
    announce: (event, reference) => {
      if (url === undefined) return;
      const id = `event_${newId()}`;
      const body = { id, type: `charge.${event}`, created: new Date().toISOString(), reference };
      const delayMs = settings.delaysMs[sent % settings.delaysMs.length] ?? 0;
      sent += 1;
      for (let copy = 0; copy < settings.copies; copy += 1) {
        const delivery = deliver({ id, url, body: Buffer.from(JSON.stringify(body)) }, delayMs);
        underWay.add(delivery);
        delivery.finally(() => underWay.delete(delivery));
      }
    },
    postTo: (to) => {
      url = to;
    },
    configure: (next) => {
      settings = next;
      sent = 0;
    },
    underWay: () => underWay.size,
    close: async () => {
      closing.abort(new Error('the sandbox provider closes'));
      await Promise.all(underWay);
      await agent.destroy();
    },
  };
}

/** An event on its way to the merchant. */
interface OutgoingEvent {
  id: string;
  url: string;
  body: Buffer;
}

/** Returns a function that delivers one event. The function waits, sends, repeats, and gives up. It never rejects. */
function createDeliver(options: WebhookOptions, agent: Agent, closing: AbortSignal, log: Log | undefined) {
  const waitForGathering = createGathering(options.gatherMs ?? 200, closing);
  const retryPolicy = retry(handleAll, {
    maxAttempts: maxRetries,
    backoff: new ExponentialBackoff({ initialDelay: options.retryMs ?? 200, maxDelay: 10_000 }),
  });
  return async (event: OutgoingEvent, delayMs: number): Promise<void> => {
    try {
      await waitForGathering();
      if (delayMs > 0) await sleep(delayMs, undefined, { signal: closing });
      await retryPolicy.execute(() => post(event, options.secrets, agent, closing), closing);
    } catch (cause) {
      if (!closing.aborted) log?.debug({ err: cause, event: event.id }, 'gave up delivering an event');
    }
  };
}

/** Returns a function that waits until the events of this moment are gathered. All its calls of one moment resolve together. */
function createGathering(gatherMs: number, closing: AbortSignal): () => Promise<void> {
  let gathering: Promise<void> | undefined;
  return () => {
    gathering ??= sleep(gatherMs, undefined, { signal: closing }).finally(() => {
      gathering = undefined;
    });
    return gathering;
  };
}

/** Posts an event once. Throws unless the merchant answers 2xx. */
async function post(
  { url, body }: OutgoingEvent,
  secrets: readonly string[],
  agent: Agent,
  closing: AbortSignal,
): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    // Each attempt is signed again, so that a delayed event is not refused for its age.
    [signatureHeader]: signBody(secrets, body),
  };
  const signal = AbortSignal.any([closing, AbortSignal.timeout(timeoutMs)]);
  const response = await request(url, { method: 'POST', headers, body, signal, dispatcher: agent });
  await response.body.dump();
  if (response.statusCode < 200 || response.statusCode > 299)
    throw new Error(`the merchant answered with HTTP status ${response.statusCode}`);
}

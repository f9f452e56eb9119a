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
  /** The shared secret with which events are signed. */
  secret: string;
  /** Where events are posted. Without it no events are sent until `postTo` is called. */
  url?: string;
  /** How long events are gathered before they are sent, in milliseconds. */
  gatherMs?: number;
  /** The first pause before an event is sent again, in milliseconds. Later pauses are longer. */
  retryMs?: number;
}

/** How events are delivered. Tests change it to repeat and reorder them. */
export interface DeliverySettings {
  /** How often each event is sent, whatever the response is. */
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
  const underWay = new Set<Promise<void>>();
  const retryPolicy = retry(handleAll, {
    maxAttempts: maxRetries,
    backoff: new ExponentialBackoff({ initialDelay: options.retryMs ?? 200, maxDelay: 10_000 }),
  });
  let { url } = options;
  let disorder: DeliverySettings = { copies: 1, delaysMs: [0] };
  let sent = 0;
  let gathering: Promise<void> | undefined;

  /** Waits until the events of this moment are gathered. All of them resolve together. */
  const waitForGathering = () => {
    gathering ??= sleep(options.gatherMs ?? 200, undefined, { signal: closing.signal }).finally(() => {
      gathering = undefined;
    });
    return gathering;
  };
  const send = async (to: string, body: Buffer): Promise<void> => {
    const headers = {
      'content-type': 'application/json',
      // Each attempt is signed again, so that a delayed event is not refused for its age.
      [signatureHeader]: signBody(options.secret, body),
    };
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]);
    const response = await request(to, { method: 'POST', headers, body, signal, dispatcher: agent });
    await response.body.dump();
    if (response.statusCode < 200 || response.statusCode > 299)
      throw new Error(`the merchant answered with HTTP status ${response.statusCode}`);
  };
  const deliver = async (to: string, id: string, body: Buffer, delayMs: number): Promise<void> => {
    try {
      await waitForGathering();
      if (delayMs > 0) await sleep(delayMs, undefined, { signal: closing.signal });
      await retryPolicy.execute(() => send(to, body), closing.signal);
    } catch (cause) {
      if (!closing.signal.aborted) log?.debug({ err: cause, event: id }, 'gave up delivering an event');
    }
  };

  return {
    announce: (event, reference) => {
      if (url === undefined) return;
      const id = `event_${newId()}`;
      const body = { id, type: `charge.${event}`, created: new Date().toISOString(), reference };
      const delayMs = disorder.delaysMs[sent % disorder.delaysMs.length] ?? 0;
      sent += 1;
      for (let copy = 0; copy < disorder.copies; copy += 1) {
        const delivery = deliver(url, id, Buffer.from(JSON.stringify(body)), delayMs);
        underWay.add(delivery);
        delivery.finally(() => underWay.delete(delivery));
      }
    },
    postTo: (to) => {
      url = to;
    },
    configure: (next) => {
      disorder = next;
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

// How the sandbox tells the merchant of each change to a charge: a signed POST, a moment after the change and together with
// the others of that moment, as providers do. It is tried again with growing pauses until it is answered 2xx, and given up
// after a few times. Events are not kept: those on their way end with the process, as the
// merchant may ask for any charge at any time. Tests make them come twice and late, hence in another order.
import { setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { Agent, request } from 'undici';
import type { Log } from '../../../platform/process/log.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { signatureHeader, signatureOf } from '../provider/webhook-signature.ts';

export interface WebhookOptions {
  /** What both sides hold; events are signed with it. */
  secret: string;
  /** Where events are posted. Without it nobody is told of anything, until `postTo`. */
  url?: string;
  /** How long events are gathered before they are sent, in milliseconds. */
  laterMs?: number;
  /** The first pause before an event is sent again; later ones are longer. */
  retryMs?: number;
}

/** What becomes of the events from now on. */
export interface Disorder {
  /** How often each event is sent, whatever is answered. */
  copies: number;
  /** How late the events are sent, in turn: [300, 0] lets every second one overtake the one before. */
  delaysMs: readonly number[];
}

export interface Deliveries {
  /** Sends an event about a charge, in the background. */
  announce: (event: string, reference: string) => void;
  postTo: (url: string) => void;
  disturb: (disorder: Disorder) => void;
  /** How many deliveries have not ended yet. */
  underWay: () => number;
  close: () => Promise<void>;
}

/** How often an event is sent again when it is not answered 2xx. */
export const repeats = 4;

const answerMs = 5_000;

export function openDeliveries(options: WebhookOptions, log?: Log): Deliveries {
  const agent = new Agent({ connections: 16 });
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const insist = retry(handleAll, {
    maxAttempts: repeats,
    backoff: new ExponentialBackoff({ initialDelay: options.retryMs ?? 200, maxDelay: 10_000 }),
  });
  let { url } = options;
  let disorder: Disorder = { copies: 1, delaysMs: [0] };
  let sent = 0;
  let gathering: Promise<void> | undefined;

  /** Ends together for all who wait for it. */
  const gathered = () => {
    gathering ??= sleep(options.laterMs ?? 200, undefined, { signal: closing.signal }).finally(() => {
      gathering = undefined;
    });
    return gathering;
  };
  const send = async (to: string, body: Buffer): Promise<void> => {
    const headers = {
      'content-type': 'application/json',
      // Signed anew each time: an event that was held up long is not refused for its age.
      [signatureHeader]: signatureOf(options.secret, body),
    };
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(answerMs)]);
    const answer = await request(to, { method: 'POST', headers, body, signal, dispatcher: agent });
    await answer.body.dump();
    if (answer.statusCode < 200 || answer.statusCode > 299)
      throw new Error(`answered with HTTP status ${answer.statusCode}`);
  };
  const deliver = async (to: string, id: string, body: Buffer, delayMs: number): Promise<void> => {
    try {
      await gathered();
      if (delayMs > 0) await sleep(delayMs, undefined, { signal: closing.signal });
      await insist.execute(() => send(to, body), closing.signal);
    } catch (cause) {
      if (!closing.signal.aborted) log?.debug({ err: cause, event: id }, 'gave up on an event');
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
    disturb: (next) => {
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

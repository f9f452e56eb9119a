// The events of the sandbox provider, over real HTTP: payments listens, and the sandbox posts there. A test can also hand an event to
// payments itself, so that it decides when the event comes.
import { afterAll, beforeAll, expect } from 'vitest';
import { OpenResources } from '../../platform/process/shutdown.ts';
import { serveSubgraph } from '../../platform/subgraph/server.ts';
import { newId } from '../../platform/values/uuid.ts';
import { providerEventPath } from '../../subgraphs/payments/on-provider-event.ts';
import { signBody } from '../../subgraphs/payments/provider/webhook-signature.ts';
import { required } from '../support/required.ts';
import { silent } from '../support/silent-log.ts';
import { type paymentsTest, webhookSecret } from './payments.ts';

export function buildEvent(reference: string, type = 'charge.authorized'): string {
  return JSON.stringify({ id: `event_${newId()}`, type, reference });
}

export function serveEvents(payments: ReturnType<typeof paymentsTest>) {
  const opened = new OpenResources();
  let url = '';
  beforeAll(async () => {
    const server = await serveSubgraph({
      subgraph: payments.opened(),
      host: '127.0.0.1',
      port: 0,
      verify: () => Promise.reject(new Error('events bring no identity')),
      log: silent,
      timeoutMs: 10_000,
      drainMs: 0,
      isExplorable: false,
    });
    opened.add('server', server.close);
    url = new URL(providerEventPath, server.url).href;
    payments.postEventsTo(url);
  });
  afterAll(async () => {
    expect(await opened.close()).toEqual([]);
  });
  return {
    url: () => url,
    /** Sets how the sandbox delivers from now on. */
    deliver: (copies: number, delaysMs: number[] = [0]) =>
      payments.atProvider('/deliveries', { copies, delaysMs }),
    /** Hands an event to payments directly, and returns the status of the answer. */
    hear: (reference: string, type?: string): Promise<number> => {
      const body = Buffer.from(buildEvent(reference, type));
      const webhook = required(
        payments.opened().webhooks[providerEventPath],
        'payments has a webhook for its provider',
      );
      const headers = { 'provider-signature': signBody([webhookSecret], body) };
      return webhook({ body, headers, signal: AbortSignal.timeout(5_000) });
    },
  };
}

// What happens at the payment provider during restarts: its staff refund parts of charges, and it posts an event of each change to
// payments. Payments asks for old charges again ten minutes later at the earliest, so that it learns of these refunds by events only.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Charge } from '../recorded-state.ts';
import { openBalancer } from './balancer.ts';
import type { Counts } from './customers.ts';

const pauseMs = 200;

export const refundAmount = '0.50';

/** Refunds parts of the latest charges, one after the other, until the signal aborts. */
export async function refundAtProvider(
  provider: { url: string; key: string },
  counts: Counts,
  signal: AbortSignal,
): Promise<void> {
  const headers = { authorization: `Bearer ${provider.key}`, 'content-type': 'application/json' };
  while (!signal.aborted) {
    const { charges } = (await (await fetch(`${provider.url}/charges`, { headers })).json()) as {
      charges: Charge[];
    };
    const charge = charges.findLast(({ status }) => status === 'CAPTURED');
    if (charge !== undefined) {
      const part = { reference: randomUUID(), amount: refundAmount, currency: charge.currency };
      const url = `${provider.url}/charges/${charge.reference}/refunds`;
      const { ok } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(part) });
      if (ok) counts.refunds += 1;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/** The address of a proxy for events, which passes them on to the instances of payments. What these do not answer with 200 is a failure. */
export async function openEventProxy(
  origins: readonly string[],
  counts: Counts,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const balancer = openBalancer(origins);
  const server = createServer(async (request, response) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => !['host', 'connection', 'content-length'].includes(name),
      ),
    ) as Record<string, string>;
    const body = await text(request);
    const { status } = await balancer
      .send(request.url ?? '/', body, headers)
      .catch((cause: unknown) => ({ status: 502, cause: String(cause) }));
    if (status === 200) counts.events += 1;
    else counts.failures.push(`an event got HTTP status ${status}`);
    response.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await balancer.stop();
    },
  };
}

// Calls the provider over HTTP, in the protocol of the sandbox provider (sandbox/server.ts). A provider with another protocol
// needs a file like this one. Each call has one deadline, and each response is checked against its shape.
import { Pool } from 'undici';
import { z } from 'zod';
import { refuse } from '../errors.ts';
import { type BookedCharge, type Charge, type PaymentProvider, ProviderFault } from './provider.ts';

export interface HttpProviderOptions {
  url: string;
  key: string;
  /** Maximum duration of one call, including its response, in milliseconds. */
  timeoutMs: number;
}

interface Reply {
  status: number;
  body: unknown;
}

type Send = (method: 'GET' | 'POST', path: string, signal: AbortSignal, body?: unknown) => Promise<Reply>;

const chargeShape = z.object({
  id: z.string().min(1),
  status: z.enum(['AUTHORIZED', 'DECLINED', 'CAPTURED', 'VOIDED', 'EXPIRED', 'REVERSED']),
  refunds: z.array(z.object({ reference: z.string().min(1), amount: z.string() })),
  disputes: z.array(
    z.object({ reference: z.string().min(1), amount: z.string(), status: z.enum(['OPEN', 'WON', 'LOST']) }),
  ),
});

const bookedShape = chargeShape.extend({
  reference: z.string(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  refunded: z.string().nullable(),
});

const pageShape = z.object({ charges: z.array(bookedShape) });

export interface HttpProvider extends PaymentProvider {
  /** Sends a call that changes nothing. Throws ProviderFault when the provider does not answer, or answers otherwise. */
  acceptsKey: (signal: AbortSignal) => Promise<boolean>;
  close: () => Promise<void>;
}

export function openHttpProvider(options: HttpProviderOptions): HttpProvider {
  const pool = new Pool(new URL(options.url).origin, { connections: 32 });
  const send = createSend(pool, options);
  return {
    authorize: async ({ reference, amount, token }, signal) => {
      const reply = await send('POST', '/charges', signal, { reference, ...amount, token });
      if (reply.status === 422) throw refuse('PAYMENT_TOKEN_INVALID');
      return parseCharge(reply, [200]);
    },
    find: async (reference, signal) => {
      const reply = await send('GET', `/charges/${reference}`, signal);
      return reply.status === 404 ? null : parseCharge(reply, [200]);
    },
    list: async (after, limit, signal) => {
      const page = new URLSearchParams({ limit: String(limit), ...(after !== null && { after }) });
      const reply = await send('GET', `/charges?${page}`, signal);
      const parsed = pageShape.safeParse(reply.body);
      if (reply.status !== 200 || !parsed.success) throw createFault(reply);
      return parsed.data.charges.map(toBookedCharge);
    },
    capture: async (reference, signal) =>
      parseCharge(await send('POST', `/charges/${reference}/capture`, signal), [200, 409]),
    void: async (reference, signal) =>
      parseCharge(await send('POST', `/charges/${reference}/void`, signal), [200, 409]),
    refund: async ({ reference, refundReference, amount }, signal) => {
      const reply = await send('POST', `/charges/${reference}/refunds`, signal, {
        reference: refundReference,
        ...amount,
      });
      if (reply.status === 409) return 'REFUSED';
      if (reply.status === 200) return 'REFUNDED';
      throw createFault(reply);
    },
    acceptsKey: async (signal) => {
      const reply = await send('GET', '/charges?limit=1', signal);
      if (reply.status === 401 || reply.status === 403) return false;
      if (reply.status === 200) return true;
      throw createFault(reply);
    },
    // Calls that are running end with a ProviderFault. Their rows stay PENDING, and a repeat finds the result.
    close: () => pool.destroy(),
  };
}

function createSend(pool: Pool, { url, key, timeoutMs }: HttpProviderOptions): Send {
  const base = new URL(url).pathname.replace(/\/$/, '');
  const headers = { authorization: `Bearer ${key}` };
  return async (method, path, signal, body) => {
    try {
      const response = await pool.request({
        method,
        path: base + path,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      return { status: response.statusCode, body: JSON.parse(await response.body.text()) };
    } catch (cause) {
      throw new ProviderFault('The payment provider did not answer.', { cause });
    }
  };
}

/** Parses the charge of a response. Status 409 carries a charge as well: its status says why the request was refused. */
function parseCharge(reply: Reply, accepted: readonly number[]): Charge {
  const parsed = chargeShape.safeParse(reply.body);
  if (!accepted.includes(reply.status) || !parsed.success) throw createFault(reply);
  return parsed.data;
}

function toBookedCharge({
  amount,
  currency,
  refunded,
  ...charge
}: z.infer<typeof bookedShape>): BookedCharge {
  const inCurrency = (value: string | null) =>
    value === null || currency === null ? null : { amount: value, currency };
  return { ...charge, amount: inCurrency(amount), refunded: inCurrency(refunded) };
}

function createFault({ status }: Reply): ProviderFault {
  return new ProviderFault(
    `The payment provider answered with HTTP status ${status} and an unexpected body.`,
  );
}

// payments alone, against a sandbox provider of its own over real HTTP, whose books a test can read.
import { afterAll, expect } from 'vitest';
import type { Viewer } from '../../platform/identity/viewer.ts';
import { newId } from '../../platform/values/uuid.ts';
import type { BookedCharge } from '../../subgraphs/payments/sandbox/books.ts';
import { type SandboxProvider, startSandboxProvider } from '../../subgraphs/payments/sandbox/server.ts';
import { required } from '../support/required.ts';
import { type SubgraphUnderTest, subgraphTest } from '../support/subgraph.ts';
import { service, staff } from '../support/viewers.ts';

export const apiKey = 'key of the sandbox in tests';
export const webhookSecret = 'secret of the webhooks in tests';
export const purchases = service('purchases');

export interface Terms {
  id: string;
  purchaseId: string;
  accountId: string;
  amount: { amount: string; currency: string };
}

export function terms(given: Partial<Terms> = {}): Terms {
  const amount = { amount: '12.50', currency: 'EUR' };
  return { id: newId(), purchaseId: newId(), accountId: newId(), amount, ...given };
}

/** Returns the input of voidPayment, which has no amount. */
export function getKeys({ id, purchaseId, accountId }: Terms) {
  return { id, purchaseId, accountId };
}

const fields =
  'id status amount { amount currency } refunded { amount currency } refundStatus purchase { id } account { id }';

export const createPayment = `mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { ${fields} } }`;
export const capturePayment = `mutation ($purchaseId: ID!) { capturePayment(purchaseId: $purchaseId) { ${fields} } }`;
export const voidPayment = 'mutation ($input: VoidPaymentInput!) { voidPayment(input: $input) }';
export const refundPayment = `mutation ($input: RefundPaymentInput!) {
  refundPayment(input: $input) { ${fields} refunds { amount { amount currency } reason } }
}`;

export interface Refund {
  paymentId: string;
  amount?: { amount: string; currency: string } | null;
  reason?: string;
  idempotencyKey?: string;
}

export function buildRefund(refund: Refund) {
  return { input: { reason: 'arrived broken', idempotencyKey: newId(), ...refund } };
}

/** A row of the payment table. */
export type Row = Record<string, unknown>;

export function paymentsTest(
  settings: { timeoutMs?: number; sweepMs?: number; webhookSecrets?: string } = {},
) {
  let sandbox: SandboxProvider | undefined;
  const open = async (port = 0) =>
    startSandboxProvider({
      host: '127.0.0.1',
      port,
      apiKey,
      answerLateMs: 60_000,
      webhook: { secrets: [webhookSecret], retryMs: 20, gatherMs: 0 },
    });
  const payments: SubgraphUnderTest = subgraphTest('payments', {
    environment: async () => {
      sandbox = await open();
      return {
        PAYMENTS_PROVIDER_URL: sandbox.url,
        PAYMENTS_PROVIDER_KEY: apiKey,
        PAYMENTS_PROVIDER_TIMEOUT_MS: String(settings.timeoutMs ?? 5_000),
        PAYMENTS_WEBHOOK_SECRET: settings.webhookSecrets ?? webhookSecret,
        // The sweeper is off unless a test needs it, because other tests count statements.
        PAYMENTS_SWEEP_MS: String(settings.sweepMs ?? 0),
      };
    },
  });
  afterAll(async () => sandbox?.close());

  const url = () => required(sandbox, 'the sandbox is open between beforeAll and afterAll').url;
  const books = async (reference: string): Promise<BookedCharge[]> => {
    const response = await fetch(`${url()}/charges`, { headers: { authorization: `Bearer ${apiKey}` } });
    const { charges } = (await response.json()) as { charges: BookedCharge[] };
    return charges.filter((charge) => charge.reference === reference);
  };
  const atProvider = async (path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const response = await fetch(url() + path, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
    expect(response.status).toBe(200);
  };
  const eventsUnderWay = async (): Promise<number> => {
    const response = await fetch(`${url()}/deliveries`, { headers: { authorization: `Bearer ${apiKey}` } });
    return ((await response.json()) as { underWay: number }).underWay;
  };
  const create = async (given: Terms, token: string | null = 'tok_approve') =>
    (await payments.data(createPayment, { input: { ...given, token } }, purchases)).createPayment;
  const capture = async ({ purchaseId }: Terms) =>
    (await payments.data(capturePayment, { purchaseId }, purchases)).capturePayment;
  return {
    ...payments,
    sandboxUrl: url,
    /** Sets the URL to which the provider posts its events from now on. */
    postEventsTo: (to: string) => required(sandbox, 'the sandbox is open').postEventsTo(to),
    /** Charges of one reference in the provider's books. */
    books,
    /** Calls the provider without the subgraph, as a call whose response was lost. */
    atProvider,
    eventsUnderWay,
    create,
    capture,
    /** Runs only phase 1 of createPayment, as if the process had crashed after it. */
    recordIntent: async ({ id, purchaseId, accountId, amount }: Terms) => {
      await payments.sqlAsRuntime(
        `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency)
         VALUES ($1, $2, $3, 'PENDING', $4, $5)`,
        [id, purchaseId, accountId, amount.amount, amount.currency],
      );
    },
    /** Runs only phase 2 of createPayment, as a call whose response is lost. */
    chargeAtProvider: ({ id, amount }: Terms, token: string) =>
      atProvider('/charges', { reference: id, ...amount, token }),
    createRefused: (given: Terms, token: string | null = 'tok_approve', viewer: Viewer = purchases) =>
      payments.refusal(createPayment, { input: { ...given, token } }, viewer),
    captured: async (given = terms()) => {
      await create(given);
      await capture(given);
      return given;
    },
    captureRefused: ({ purchaseId }: Terms) => payments.refusal(capturePayment, { purchaseId }, purchases),
    void: async (given: Terms): Promise<string> =>
      (await payments.data(voidPayment, { input: getKeys(given) }, purchases)).voidPayment,
    refund: async (refund: Refund) =>
      (await payments.data(refundPayment, buildRefund(refund), staff())).refundPayment,
    refundRefused: (refund: Refund) => payments.refusal(refundPayment, buildRefund(refund), staff()),
    row: async ({ id }: { id: string }): Promise<Row> => {
      const [row] = await payments.sql('SELECT * FROM payments.payment WHERE id = $1', [id]);
      return required(row, 'the payment is in the table');
    },
    /** Postings of a payment as "kind account amount", in the order they were written. */
    postings: async ({ id }: { id: string }): Promise<string[]> => {
      const rows = await payments.sql(
        'SELECT kind, account, amount FROM payments.posting WHERE payment_id = $1 ORDER BY id',
        [id],
      );
      return rows.map(({ kind, account, amount }) => `${kind} ${account} ${amount}`);
    },
  };
}

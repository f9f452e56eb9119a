// purchases with the real products and payments (and its sandbox provider), each on a database of its own. A test can lose a call
// between them before it arrives, or its response, and can change charges at the provider.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import type { Execute } from '../../platform/calls/call.ts';
import type { Viewer } from '../../platform/identity/viewer.ts';
import { type SandboxProvider, startSandboxProvider } from '../../subgraphs/payments/sandbox/server.ts';
import { required } from '../support/required.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, staff } from '../support/viewers.ts';

export type Operation =
  | 'ReserveStock'
  | 'CommitStock'
  | 'ReleaseStock'
  | 'CreatePayment'
  | 'CapturePayment'
  | 'VoidPayment';

/** `unheard`: the call never arrives. `unanswered`: the call is executed, and its response is lost. */
export type Fault = 'unheard' | 'unanswered';

type Response = ReturnType<Execute>;

/** Answers a call in the place of the participant. `execute` has the participant answer it. */
type Answer = (execute: () => Response, purchaseId: string) => Response;

interface Interception {
  operation: Operation;
  /** The number of further calls that are intercepted. */
  times: number;
  answer: Answer;
}

/** The response of a participant that refuses. */
export const refusal = async (code: string): Response => ({
  data: null,
  errors: [{ message: 'no', extensions: { code } }],
});

const apiKey = 'key of the shop';

export const purchase = `mutation ($input: PurchaseInput!) {
  purchase(input: $input) { id status cancelReason total { amount currency } payment { id } }
}`;

export interface Order {
  productId: string;
  quantity?: number;
  /** In the place of one line with `productId` and `quantity`. */
  lines?: { productId: string; quantity: number }[];
  paymentToken?: string;
  idempotencyKey?: string;
  viewer?: Viewer;
}

export function shopTest(environment: Record<string, string> = {}, endSignal?: AbortSignal) {
  const products = subgraphTest('products');
  let sandbox: SandboxProvider | undefined;
  const payments = subgraphTest('payments', {
    environment: async () => {
      sandbox = await startSandboxProvider({ host: '127.0.0.1', port: 0, apiKey });
      return { PAYMENTS_PROVIDER_URL: sandbox.url, PAYMENTS_PROVIDER_KEY: apiKey };
    },
  });
  afterAll(async () => sandbox?.close());
  let interception: Interception | undefined;
  const callCounts = new Map<string, number>();
  let slow: { operation: Operation; ms: number } | undefined;
  const others: Record<string, typeof products> = { products, payments };
  const createPeer =
    (name: string): Execute =>
    async (operation, call) => {
      const [, step = ''] = /mutation (\w+)\(/.exec(operation.query) ?? [];
      callCounts.set(step, (callCounts.get(step) ?? 0) + 1);
      if (slow?.operation === step) await sleep(slow.ms);
      const execute = () => executeOn(name)(operation, call);
      if (interception?.operation !== step || interception.times === 0) return execute();
      interception.times -= 1;
      return interception.answer(execute, String(operation.variables?.purchaseId));
    };
  const executeOn = (name: string): Execute => {
    const other = others[name];
    if (other === undefined) throw new Error(`the shop has no subgraph ${name}`);
    return other.opened().execute;
  };
  const purchases = subgraphTest('purchases', {
    peer: createPeer,
    environment,
    ...(endSignal === undefined ? {} : { endSignal }),
  });

  const variables = ({
    productId,
    quantity = 1,
    lines = [{ productId, quantity }],
    paymentToken = 'tok_approve',
    idempotencyKey = randomUUID(),
  }: Order) => ({
    input: { lines, paymentToken, idempotencyKey },
  });
  return {
    purchases,
    /** How a further instance of purchases calls its peers. */
    createPeer,
    variables,
    /** Loses the next calls of one operation. */
    cut: (operation: Operation, fault: Fault, times: number) => {
      const answer: Answer = async (execute) => {
        if (fault === 'unanswered') await execute();
        throw new Error('connection reset');
      };
      interception = { operation, times, answer };
    },
    /** Answers the next calls of one operation in another way. */
    intercept: (operation: Operation, times: number, answer: Answer) => {
      interception = { operation, times, answer };
    },
    /** Changes the charge of a purchase at the provider, without payments. */
    changeAtProvider: async (change: 'void' | 'expire', purchaseId: string) => {
      const [row] = await payments.sql('SELECT id FROM payments.payment WHERE purchase_id = $1', [
        purchaseId,
      ]);
      const { url } = required(sandbox, 'the sandbox is open between beforeAll and afterAll');
      const headers = { authorization: `Bearer ${apiKey}` };
      const response = await fetch(`${url}/charges/${row?.id}/${change}`, { method: 'POST', headers });
      expect(response.status).toBe(200);
    },
    /** Delays the calls of one operation. */
    delay: (operation: Operation, ms: number) => {
      slow = { operation, ms };
    },
    /** Returns the number of calls of an operation so far. */
    getCallCount: (operation: Operation): number => callCounts.get(operation) ?? 0,
    mend: () => {
      interception = undefined;
      slow = undefined;
    },
    payments,
    product: async (stock: number): Promise<string> => {
      const input = {
        sku: randomUUID().toUpperCase(),
        name: 'Teapot',
        description: 'Pours well.',
        price: { amount: '12.50', currency: 'EUR' },
        stock,
      };
      const mutation = 'mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }';
      return (await products.data(mutation, { input }, staff())).createProduct.id;
    },
    buy: async (order: Order) =>
      (await purchases.data(purchase, variables(order), order.viewer ?? customer())).purchase,
    refused: (order: Order) => purchases.refusal(purchase, variables(order), order.viewer ?? customer()),
    /** Reads the state of one purchase from the three databases. */
    truth: async (purchaseId: string, productId: string) => {
      const [row] = await purchases.sql('SELECT status FROM purchases.purchase WHERE id = $1', [purchaseId]);
      const [held] = await products.sql('SELECT status FROM products.reservation WHERE purchase_id = $1', [
        purchaseId,
      ]);
      const [product] = await products.sql('SELECT stock FROM products.product WHERE id = $1', [productId]);
      const [payment] = await payments.sql('SELECT status FROM payments.payment WHERE purchase_id = $1', [
        purchaseId,
      ]);
      return {
        purchase: row?.status,
        reservation: held?.status,
        stock: product?.stock,
        payment: payment?.status,
      };
    },
  };
}

// purchases with the real products and payments (and its sandbox provider), each on a database of its own. A test can lose a call
// between them before it arrives, or its response.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execute } from '../../platform/calls/call.ts';
import type { Viewer } from '../../platform/identity/viewer.ts';
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

interface Cut {
  operation: Operation;
  fault: Fault;
  /** The number of further calls that are lost. */
  times: number;
}

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

export function shopTest(environment: Record<string, string> = {}) {
  const products = subgraphTest('products');
  const payments = subgraphTest('payments');
  let cut: Cut | undefined;
  const callCounts = new Map<string, number>();
  let slow: { operation: Operation; ms: number } | undefined;
  const others: Record<string, typeof products> = { products, payments };
  const createPeer =
    (name: string): Execute =>
    async (operation, call) => {
      const [, step = ''] = /mutation (\w+)\(/.exec(operation.query) ?? [];
      callCounts.set(step, (callCounts.get(step) ?? 0) + 1);
      if (slow !== undefined && operation.query.includes(`mutation ${slow.operation}(`)) await sleep(slow.ms);
      const hit =
        cut !== undefined && cut.times > 0 && operation.query.includes(`mutation ${cut.operation}(`);
      if (!hit || cut === undefined) return executeOn(name)(operation, call);
      cut.times -= 1;
      if (cut.fault === 'unanswered') await executeOn(name)(operation, call);
      throw new Error('connection reset');
    };
  const executeOn = (name: string): Execute => {
    const other = others[name];
    if (other === undefined) throw new Error(`the shop has no subgraph ${name}`);
    return other.opened().execute;
  };
  const purchases = subgraphTest('purchases', { peer: createPeer, environment });

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
      cut = { operation, fault, times };
    },
    /** Delays the calls of one operation. */
    delay: (operation: Operation, ms: number) => {
      slow = { operation, ms };
    },
    /** Returns the number of calls of an operation so far. */
    getCallCount: (operation: Operation): number => callCounts.get(operation) ?? 0,
    mend: () => {
      cut = undefined;
      slow = undefined;
    },
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

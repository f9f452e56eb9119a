// The calls of a purchase to products: reserve, sell and give back. They are GraphQL operations in the name of this service.

import { newTraceId } from '../../platform/calls/trace.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import type { PeerOperation } from '../../platform/subgraph/definition.ts';
import type { ProductId } from '../../platform/values/ids.ts';
import type { Money } from '../../platform/values/money.ts';
import type { PurchaseRow } from './purchase.ts';

export interface ReservedLine {
  productId: ProductId;
  name: string;
  unitPrice: Money;
  quantity: number;
}

export interface Stock {
  /** Refusals: OUT_OF_STOCK, PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED, MIXED_CURRENCIES. */
  reserve: (purchase: PurchaseRow, signal: AbortSignal) => Promise<{ lines: ReservedLine[] }>;
  commit: (purchase: PurchaseRow, signal: AbortSignal) => Promise<void>;
  release: (purchase: PurchaseRow, signal: AbortSignal) => Promise<void>;
}

const reserveStock = `mutation ReserveStock($input: ReserveStockInput!) {
  reserveStock(input: $input) { lines { productId name unitPrice { amount currency } quantity } }
}`;
const commitStock =
  'mutation CommitStock($purchaseId: ID!) { commitStock(purchaseId: $purchaseId) { status } }';
const releaseStock =
  'mutation ReleaseStock($purchaseId: ID!) { releaseStock(purchaseId: $purchaseId) { status } }';

const samplePurchase = '019b8d62-7a80-7000-8000-0000000000e1';

/** In the order in which one purchase may send them; the units of another one are given back. */
export const stockOperations: readonly PeerOperation[] = [
  {
    text: reserveStock,
    sample: {
      input: {
        purchaseId: samplePurchase,
        lines: [{ productId: '019b8d62-7a80-7000-8000-000000000001', quantity: 2 }],
      },
    },
  },
  { text: commitStock, sample: { purchaseId: samplePurchase } },
  { text: releaseStock, sample: { purchaseId: '019b8d62-7a80-7000-8000-0000000000e2' } },
];

export function bindStock({ peer }: Pick<Context, 'peer'>, traceId = newTraceId()): Stock {
  return {
    reserve: async ({ id, lines }, signal) => {
      const input = {
        purchaseId: id,
        lines: lines.map(({ product_id, quantity }) => ({ productId: product_id, quantity })),
      };
      const response = await peer(
        'products',
        { query: reserveStock, variables: { input } },
        { signal, traceId },
      );
      return response.reserveStock as { lines: ReservedLine[] };
    },
    commit: async ({ id }, signal) => {
      await peer('products', { query: commitStock, variables: { purchaseId: id } }, { signal, traceId });
    },
    release: async ({ id }, signal) => {
      await peer('products', { query: releaseStock, variables: { purchaseId: id } }, { signal, traceId });
    },
  };
}

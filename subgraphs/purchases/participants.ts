// Who takes part in a purchase, bound to one context: products, payments, and the purchase row itself.

import { newTraceId } from '../../platform/calls/trace.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { type Payments, paymentsOf } from './payments.ts';
import type { PurchaseRow } from './purchase.ts';
import { type Stock, stockOf } from './stock.ts';
import { type Transition, transitionsOf } from './transition.ts';

export interface Participants {
  stock: Stock;
  payments: Payments;
  transition: Transition;
}

/** `onMoved` hears of the row after each move of its status, so that nobody has to read it again. */
export function participantsOf(ctx: Context, onMoved: (row: PurchaseRow) => void = () => {}): Participants {
  // One trace for a whole run: a purchase that is resumed belongs to no client request any more.
  const traceId = newTraceId();
  return {
    stock: stockOf(ctx, traceId),
    payments: paymentsOf(ctx, traceId),
    transition: transitionsOf(ctx, onMoved),
  };
}

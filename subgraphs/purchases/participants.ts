// The participants of a purchase, bound to one context: products, payments, and the purchase row itself.

import { newTraceId } from '../../platform/calls/trace.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { bindPayments, type Payments } from './payments.ts';
import type { PurchaseRow } from './purchase.ts';
import { bindStock, type Stock } from './stock.ts';
import { bindTransitions, type Transitions } from './transition.ts';

export interface Participants {
  stock: Stock;
  payments: Payments;
  transition: Transitions;
}

/** `onMoved` gets the row after each change of its status, so that the caller need not read it again. */
export function bindParticipants(ctx: Context, onMoved: (row: PurchaseRow) => void = () => {}): Participants {
  // A whole run has one trace, because a resumed purchase belongs to no client request.
  const traceId = newTraceId();
  return {
    stock: bindStock(ctx, traceId),
    payments: bindPayments(ctx, traceId),
    transition: bindTransitions(ctx, traceId, onMoved),
  };
}

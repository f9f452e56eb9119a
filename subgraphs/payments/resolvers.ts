// The resolvers of payments: which function answers which field. The only decision made here is who may see a payment.

import { buildAccountStub, maySee, refuseUnknown } from '../../platform/identity/viewer.ts';
import { parsePage } from '../../platform/reads/connection.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import type { PaymentId, Unparsed } from '../../platform/values/ids.ts';
import { fromNumeric } from '../../platform/values/money.ts';
import { capturePayment } from './capture-payment.ts';
import { createPayment } from './create-payment.ts';
import { disputesByPayment } from './dispute.ts';
import { proveLedger } from './ledger/ledger-proof.ts';
import { isTombstone, type PaymentRow, paymentById, paymentsByAccount } from './payment.ts';
import { getRefundStatus } from './payment-status.ts';
import { getRefundSource } from './record/give-back.ts';
import { refundsByPayment } from './refund.ts';
import { refundPayment } from './refund-payment.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { voidPayment } from './void-payment.ts';

export const resolvers: Resolvers = {
  Query: {
    payment: (_root, { id }, ctx) => findVisiblePayment(ctx, id),
    ledger: (_root, _args, ctx) => proveLedger(ctx),
  },
  Mutation: {
    createPayment: (_root, { input }, ctx) => createPayment(ctx, input),
    capturePayment: (_root, { purchaseId }, ctx) => capturePayment(ctx, purchaseId),
    voidPayment: (_root, { input }, ctx) => voidPayment(ctx, input),
    refundPayment: (_root, { input }, ctx) => refundPayment(ctx, input),
  },
  Payment: {
    __resolveReference: ({ id }, ctx) => findVisiblePayment(ctx, id),
    amount: ({ amount, currency }) => fromNumeric(amount, currency),
    refunded: ({ refunded, currency }) => fromNumeric(refunded, currency),
    refundStatus: getRefundStatus,
    disputed: ({ disputed, currency }) => fromNumeric(disputed, currency),
    createdAt: (payment) => payment.created_at,
    purchase: (payment) => ({ id: payment.purchase_id }),
    account: (payment) => ({ id: payment.account_id }),
    refunds: (payment, _args, ctx) => refundsByPayment(ctx, payment.id),
    disputes: (payment, _args, ctx) => disputesByPayment(ctx, payment.id),
  },
  Refund: {
    amount: ({ amount, currency }) => fromNumeric(amount, currency),
    source: getRefundSource,
    createdAt: (refund) => refund.created_at,
  },
  Dispute: {
    amount: ({ amount, currency }) => fromNumeric(amount, currency),
    createdAt: (dispute) => dispute.created_at,
  },
  Account: {
    __resolveReference: ({ id }, { viewer }) => buildAccountStub(viewer, id),
    payments: ({ id }, args, ctx) => paymentsByAccount(ctx, id, parsePage(args, 'Account.payments', id)),
  },
};

/** Returns null both for a payment that does not exist and for one that the viewer may not see. */
async function findVisiblePayment(ctx: RequestContext, id: Unparsed<PaymentId>): Promise<PaymentRow | null> {
  refuseUnknown(ctx.viewer);
  const payment = await paymentById(ctx, id);
  return payment !== null && !isTombstone(payment) && maySee(ctx.viewer, payment.account_id) ? payment : null;
}

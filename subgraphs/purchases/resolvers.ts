// The resolvers of purchases: which function answers which field. The only decision made here is who may see a purchase.

import { buildAccountStub, maySee, refuseUnknown, requireAccount } from '../../platform/identity/viewer.ts';
import { parsePage } from '../../platform/reads/connection.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import type { PurchaseId, Unparsed } from '../../platform/values/ids.ts';
import { fromNumeric } from '../../platform/values/money.ts';
import { makePurchase } from './make-purchase.ts';
import { type PurchaseRow, purchaseById, purchasesByAccount } from './purchase.ts';
import { listPurchases } from './purchase-list.ts';
import { isBeforePayment } from './purchase-status.ts';
import type { Resolvers } from './resolvers.generated.ts';

export const resolvers: Resolvers = {
  Query: {
    purchase: (_root, { id }, ctx) => findVisiblePurchase(ctx, id),
    purchases: (_root, args, ctx) =>
      listPurchases(ctx, args.filter ?? {}, parsePage(args, 'Query.purchases')),
    purchaseStatus: async (_root, { id }, ctx) => (await purchaseById(ctx, id))?.status ?? null,
  },
  Mutation: {
    purchase: (_root, { input }, ctx) => makePurchase(ctx, requireAccount(ctx.viewer), input),
  },
  Account: {
    __resolveReference: ({ id }, { viewer }) => buildAccountStub(viewer, id),
    purchases: ({ id }, args, ctx) => purchasesByAccount(ctx, id, parsePage(args, 'Account.purchases', id)),
  },
  Purchase: {
    __resolveReference: ({ id }, ctx) => findVisiblePurchase(ctx, id),
    cancelReason: (purchase) => purchase.cancel_reason,
    total: ({ total, currency }) =>
      total === null || currency === null ? null : fromNumeric(total, currency),
    buyer: (purchase) => ({ id: purchase.account_id }),
    lines: ({ id, lines }) => lines.map((line) => ({ ...line, purchase_id: id })),
    payment: ({ cancel_reason, payment_id }) => (isBeforePayment(cancel_reason) ? null : { id: payment_id }),
    createdAt: (purchase) => purchase.created_at,
    updatedAt: (purchase) => purchase.updated_at,
  },
  PurchaseLine: {
    id: ({ purchase_id, position }) => `${purchase_id}:${position}`,
    product: (line) => ({ id: line.product_id }),
    unitPrice: ({ unit_price, currency }) =>
      unit_price === null || currency === null ? null : fromNumeric(unit_price, currency),
  },
};

/** Returns null both for a purchase that does not exist and for one that the viewer may not see. */
async function findVisiblePurchase(
  ctx: RequestContext,
  id: Unparsed<PurchaseId>,
): Promise<PurchaseRow | null> {
  refuseUnknown(ctx.viewer);
  const purchase = await purchaseById(ctx, id);
  return purchase !== null && maySee(ctx.viewer, purchase.account_id) ? purchase : null;
}

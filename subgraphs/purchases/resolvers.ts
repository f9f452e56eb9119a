// The resolvers of purchases: which function answers which field. The only decision made here is who may see a purchase.

import { buildAccountStub, maySee, requireAccount, type Viewer } from '../../platform/identity/viewer.ts';
import { parsePage } from '../../platform/reads/connection.ts';
import type { AccountId } from '../../platform/values/ids.ts';
import { fromNumeric } from '../../platform/values/money.ts';
import { makePurchase } from './make-purchase.ts';
import { purchaseById, purchasesByAccount } from './purchase.ts';
import { isBeforePayment } from './purchase-status.ts';
import type { Resolvers } from './resolvers.generated.ts';

export const resolvers: Resolvers = {
  Query: {
    purchase: async (_root, { id }, ctx) => hideFromStrangers(ctx.viewer, await purchaseById(ctx, id)),
    purchaseStatus: async (_root, { id }, ctx) => (await purchaseById(ctx, id))?.status ?? null,
  },
  Mutation: {
    purchase: (_root, { input }, ctx) => makePurchase(ctx, requireAccount(ctx.viewer), input),
  },
  Account: {
    __resolveReference: ({ id }, { viewer }) => buildAccountStub(viewer, id),
    purchases: ({ id }, args, ctx) => purchasesByAccount(ctx, id, parsePage(args)),
  },
  Purchase: {
    __resolveReference: async ({ id }, ctx) => hideFromStrangers(ctx.viewer, await purchaseById(ctx, id)),
    cancelReason: (purchase) => purchase.cancel_reason,
    total: ({ total, currency }) =>
      total === null || currency === null ? null : fromNumeric(total, currency),
    buyer: (purchase) => ({ id: purchase.account_id }),
    payment: ({ cancel_reason, payment_id }) => (isBeforePayment(cancel_reason) ? null : { id: payment_id }),
    createdAt: (purchase) => purchase.created_at,
    updatedAt: (purchase) => purchase.updated_at,
  },
  PurchaseLine: {
    product: (line) => ({ id: line.product_id }),
    unitPrice: ({ unit_price, currency }) =>
      unit_price === null || currency === null ? null : fromNumeric(unit_price, currency),
  },
};

/** Returns null both for a purchase that does not exist and for one that the viewer may not see. */
function hideFromStrangers<Row extends { account_id: AccountId }>(
  viewer: Viewer,
  row: Row | null,
): Row | null {
  return row !== null && maySee(viewer, row.account_id) ? row : null;
}

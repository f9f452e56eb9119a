// The resolvers of reviews: which function answers which field. Nothing else is decided here.
import { requireAccount } from '../../platform/identity/viewer.ts';
import { parsePage } from '../../platform/reads/connection.ts';
import { type ProductId, requireId } from '../../platform/values/ids.ts';
import { createReview } from './create-review.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { reviewById, reviewsByProduct } from './review.ts';

export const resolvers: Resolvers = {
  Query: {
    review: (_root, { id }, ctx) => reviewById(ctx, id),
  },
  Mutation: {
    createReview: (_root, { input }, ctx) => createReview(ctx, requireAccount(ctx.viewer), input),
  },
  Product: {
    // The gateway sends the key of a product. It is a text from outside, like any argument.
    __resolveReference: ({ id }) => ({ id: requireId<ProductId>('id', id) }),
    reviews: ({ id }, args, ctx) => reviewsByProduct(ctx, id, parsePage(args, 'Product.reviews', id)),
  },
  Review: {
    __resolveReference: ({ id }, ctx) => reviewById(ctx, id),
    product: (review) => ({ id: review.product_id }),
    author: (review) => ({ id: review.account_id }),
    createdAt: (review) => review.created_at,
  },
};

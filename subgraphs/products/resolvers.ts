// The resolvers of products: which function answers which field. The only decision made here is the shape of a response.
import { parsePage } from '../../platform/reads/connection.ts';
import { fromNumeric } from '../../platform/values/money.ts';
import { changePrice } from './change-price.ts';
import { commitStock } from './commit-stock.ts';
import { createProduct } from './create-product.ts';
import { discontinue } from './discontinue.ts';
import { productById, productsOnSale } from './product.ts';
import { releaseStock } from './release-stock.ts';
import { reservedLinesByPurchase } from './reservation-line.ts';
import { reserveStock } from './reserve-stock.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { restock } from './restock.ts';

export const resolvers: Resolvers = {
  Query: {
    product: (_root, { id }, ctx) => productById(ctx, id),
    products: (_root, args, ctx) =>
      productsOnSale(ctx, { ...args.filter, ids: args.ids }, parsePage(args, 'Query.products')),
  },
  Mutation: {
    createProduct: (_root, { input }, ctx) => createProduct(ctx, input),
    changePrice: (_root, { id, price }, ctx) => changePrice(ctx, id, price),
    restock: (_root, { id, quantity }, ctx) => restock(ctx, id, quantity),
    discontinue: (_root, { id }, ctx) => discontinue(ctx, id),
    reserveStock: (_root, { input }, ctx) => reserveStock(ctx, input),
    commitStock: (_root, { purchaseId }, ctx) => commitStock(ctx, purchaseId),
    releaseStock: (_root, { purchaseId }, ctx) => releaseStock(ctx, purchaseId),
  },
  Product: {
    __resolveReference: ({ id }, ctx) => productById(ctx, id),
    price: ({ price, currency }) => fromNumeric(price, currency),
    createdAt: (product) => product.created_at,
    discontinuedAt: (product) => product.discontinued_at,
  },
  Reservation: {
    purchaseId: (reservation) => reservation.purchase_id,
    lines: async (reservation, _args, ctx) =>
      (reservation.lines ?? (await reservedLinesByPurchase(ctx, reservation.purchase_id))).map((line) => ({
        productId: line.product_id,
        name: line.name,
        unitPrice: fromNumeric(line.unit_price, line.currency),
        quantity: line.quantity,
      })),
  },
};

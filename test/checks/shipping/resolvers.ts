// shipping: field → function. Knows of a product only what it is sent.
import { fromMinorUnits, type Money, toMinorUnits } from '../../../platform/values/money.ts';
import { isUuid } from '../../../platform/values/uuid.ts';

interface Parcel {
  id: unknown;
  price: Money;
}

export const resolvers = {
  Query: {
    quote: (_root: unknown, { productId }: { productId: string }) =>
      isUuid(productId) ? { id: productId } : null,
  },
  Product: {
    __resolveReference: (product: Parcel) => (isUuid(product.id) ? product : null),
    shippingCost: (product: Parcel, { express }: { express: boolean }) => costOf(product, express),
  },
};

function costOf({ price }: Parcel, express: boolean): Money {
  if (express) return fromMinorUnits(1490n, price.currency);
  return fromMinorUnits(toMinorUnits(price) >= 5000n ? 0n : 490n, price.currency);
}

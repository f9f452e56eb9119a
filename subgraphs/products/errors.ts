// The refusals of products. The SDL description of a mutation names the codes with which it can refuse.
import { defineRefusals } from '../../platform/values/refusal.ts';

export const refusals = {
  SKU_INVALID:
    'A SKU must have 1 to 40 capital letters, digits, dots, dashes or underscores, and start with a letter or a digit.',
  SKU_IN_USE: 'A product with this SKU already exists. Choose another SKU.',
  NAME_INVALID:
    'A name must have 1 to 200 characters, without line breaks, control characters and invisible characters.',
  DESCRIPTION_INVALID:
    'A description must have at most 5000 characters, no invisible characters, and no control characters except line breaks and tabs.',
  PRODUCT_NOT_FOUND: 'There is no product with this id.',
  PRODUCT_DISCONTINUED: 'This product is no longer sold.',
  STOCK_TOO_LARGE: 'The stock of a product must not exceed 1,000,000,000 units. Add fewer units.',
  OUT_OF_STOCK: 'The stock of this product is smaller than the quantity.',
  MIXED_CURRENCIES: 'All lines must be priced in the same currency.',
  RESERVATION_NOT_FOUND: 'No stock was reserved for this purchase.',
  RESERVATION_RELEASED:
    'The reservation of this purchase was released. No stock can be reserved for it again.',
  RESERVATION_COMMITTED: 'The stock that this purchase reserved is sold. It can no longer be released.',
  RESERVATION_CONFLICT:
    'Other lines are already reserved for this purchase. Repeat the request with the same lines.',
} as const;

export const refuse = defineRefusals(refusals);

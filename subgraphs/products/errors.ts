// What products refuses. Each code stands in the SDL description of the mutation that answers it.
import { defineRefusals } from '../../platform/values/refusal.ts';

export const refusals = {
  SKU_INVALID:
    'A SKU has 1 to 40 capital letters, digits, dots, dashes or underscores, and starts with a letter or digit.',
  SKU_IN_USE: 'A product with this SKU exists already.',
  NAME_INVALID: 'A name has 1 to 200 characters and no line breaks.',
  DESCRIPTION_INVALID:
    'A description has at most 5000 characters and no control characters but line breaks and tabs.',
  PRODUCT_NOT_FOUND: 'There is no such product.',
  PRODUCT_DISCONTINUED: 'This product is no longer sold.',
  STOCK_TOO_LARGE: 'The stock of a product may not pass 1,000,000,000.',
  OUT_OF_STOCK: 'There are not that many left.',
  MIXED_CURRENCIES: 'All lines must be priced in one currency.',
  RESERVATION_NOT_FOUND: 'Nothing was reserved for this purchase.',
  RESERVATION_RELEASED: 'What was reserved for this purchase was released, for good.',
  RESERVATION_COMMITTED: 'What was reserved for this purchase is sold.',
  RESERVATION_CONFLICT: 'Other lines were reserved for this purchase.',
} as const;

export const refuse = defineRefusals(refusals);

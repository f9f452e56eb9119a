import { z } from 'zod';
import { defineEvent, moneyData } from '../../../platform/events/event-type.ts';

export const purchaseCompleted = defineEvent({
  name: 'purchase.completed',
  description:
    'The amount of the purchase was captured, and its units are sold. It never changes after this.',
  data: {
    accountId: z.uuid(),
    paymentId: z.uuid(),
    total: moneyData,
    /** With the names and prices of the moment at which the purchase was confirmed. */
    lines: z
      .array(
        z.strictObject({
          productId: z.uuid(),
          quantity: z.int().positive(),
          name: z.string(),
          unitPrice: moneyData,
        }),
      )
      .nonempty(),
  },
});

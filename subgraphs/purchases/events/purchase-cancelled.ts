import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.ts';

export const purchaseCancelled = defineEvent({
  name: 'purchase.cancelled',
  description: 'The purchase holds neither units nor money any more. It never changes after this.',
  data: {
    accountId: z.uuid(),
    paymentId: z.uuid(),
    /** A CancelReason of the schema of purchases. */
    reason: z.string(),
  },
});

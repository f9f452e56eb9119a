import { z } from 'zod';
import { defineEvent } from '../../../platform/events/event-type.ts';

export const productDiscontinued = defineEvent({
  name: 'product.discontinued',
  description: 'The product is no longer sold. This is final; the product stays readable.',
  data: { discontinuedAt: z.iso.datetime({ offset: true }) },
});

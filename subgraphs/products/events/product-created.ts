import { z } from 'zod';
import { defineEvent, moneyData } from '../../../platform/events/event-type.ts';
import { insertEvent, moneySql } from '../../../platform/events/insert-event.ts';

export const productCreated = defineEvent({
  name: 'product.created',
  description: 'The product is on sale from now on. Its SKU and its name never change.',
  data: { sku: z.string(), name: z.string(), price: moneyData },
});

/** `from` is the part of WITH that returns the new rows. */
export function insertCreated(from: string): string {
  const data = { sku: 'sku', name: 'name', price: moneySql('price', 'currency') };
  return insertEvent('products', productCreated, { from, subject: 'id', version: 'version', data });
}

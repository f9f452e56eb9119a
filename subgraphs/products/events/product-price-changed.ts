import { defineEvent, moneyData } from '../../../platform/events/event-type.ts';

export const productPriceChanged = defineEvent({
  name: 'product.price-changed',
  description: 'One unit costs this from now on. Units that are reserved keep their earlier price.',
  data: { price: moneyData },
});

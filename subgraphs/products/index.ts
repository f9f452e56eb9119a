// products: the catalogue, its stock, and the reservations of purchases.
import { z } from 'zod';
import { wholeNumber } from '../../platform/process/variables.ts';
import { defineSubgraph } from '../../platform/subgraph/definition.ts';
import { writeDemoProducts } from './demo.ts';
import { refusals } from './errors.ts';
import { purchaseOperations, startExpiryLoop } from './expire-reservations.ts';
import { CreateProduct1790000000101 } from './migrations/1790000000101-create-product.ts';
import { CreateReservation1790000000102 } from './migrations/1790000000102-create-reservation.ts';
import { AddReservationExpiry1790000000103 } from './migrations/1790000000103-add-reservation-expiry.ts';
import { productTable } from './product.ts';
import { reservationTable } from './reservation.ts';
import { reservationLineTable } from './reservation-line.ts';
import { resolvers } from './resolvers.ts';

export const subgraph = defineSubgraph({
  name: 'products',
  tables: [productTable, reservationTable, reservationLineTable],
  migrations: [CreateProduct1790000000101, CreateReservation1790000000102, AddReservationExpiry1790000000103],
  resolvers,
  // expire-reservations.ts asks purchases for the status of a purchase.
  peers: ['purchases'],
  peerOperations: { purchases: purchaseOperations },
  refusals,
  settings: z.object({
    PRODUCTS_RESERVATION_MINUTES: z.coerce.number().positive().max(10_080).default(15),
    PRODUCTS_SWEEP_MS: wholeNumber(0, 3_600_000).default(5_000),
  }),
  open: ({ settings }) => ({
    own: {
      expiry: { afterMinutes: settings.PRODUCTS_RESERVATION_MINUTES, intervalMs: settings.PRODUCTS_SWEEP_MS },
    },
  }),
  background: startExpiryLoop,
  demo: writeDemoProducts,
});

// products: the catalogue, its stock, and the reservations of purchases.
import { z } from 'zod';
import { startRetention } from '../../platform/database/retention.ts';
import { wholeNumber } from '../../platform/process/variables.ts';
import { defineSubgraph } from '../../platform/subgraph/definition.ts';
import { writeDemoProducts } from './demo.ts';
import { refusals } from './errors.ts';
import { productCreated } from './events/product-created.ts';
import { productDiscontinued } from './events/product-discontinued.ts';
import { productPriceChanged } from './events/product-price-changed.ts';
import { purchaseOperations, startExpiryLoop } from './expire-reservations.ts';
import { CreateProduct1790000000101 } from './migrations/1790000000101-create-product.ts';
import { CreateReservation1790000000102 } from './migrations/1790000000102-create-reservation.ts';
import { AddReservationExpiry1790000000103 } from './migrations/1790000000103-add-reservation-expiry.ts';
import { IndexEndedReservation1790000000104 } from './migrations/1790000000104-index-ended-reservation.ts';
import { CreateEvent1790000000105 } from './migrations/1790000000105-create-event.ts';
import { productTable } from './product.ts';
import { deleteEndedReservations, reservationTable } from './reservation.ts';
import { reservationLineTable } from './reservation-line.ts';
import { resolvers } from './resolvers.ts';

/** The pause between two rounds that delete what has outlived its time, in milliseconds. */
const retentionPauseMs = 3_600_000;

export const subgraph = defineSubgraph({
  name: 'products',
  tables: [productTable, reservationTable, reservationLineTable],
  migrations: [
    CreateProduct1790000000101,
    CreateReservation1790000000102,
    AddReservationExpiry1790000000103,
    IndexEndedReservation1790000000104,
    CreateEvent1790000000105,
  ],
  events: [productCreated, productPriceChanged, productDiscontinued],
  resolvers,
  // expire-reservations.ts asks purchases for the status of a purchase.
  peers: ['purchases'],
  peerOperations: { purchases: purchaseOperations },
  refusals,
  settings: z.object({
    PRODUCTS_RESERVATION_MINUTES: z.coerce.number().positive().max(10_080).default(15),
    PRODUCTS_ENDED_RESERVATION_DAYS: wholeNumber(30, 3_650).default(90),
    PRODUCTS_SWEEP_MS: wholeNumber(0, 3_600_000).default(5_000),
  }),
  open: ({ settings }) => ({
    own: {
      expiry: { afterMinutes: settings.PRODUCTS_RESERVATION_MINUTES, intervalMs: settings.PRODUCTS_SWEEP_MS },
      endedReservationDays: settings.PRODUCTS_ENDED_RESERVATION_DAYS,
    },
  }),
  background: (ctx) => {
    const { expiry, endedReservationDays } = ctx.own;
    const stops = [
      startExpiryLoop(ctx),
      startRetention(ctx, expiry.intervalMs === 0 ? 0 : retentionPauseMs, {
        reservations: deleteEndedReservations(endedReservationDays),
      }),
    ];
    return async () => {
      await Promise.all(stops.map((stop) => stop()));
    };
  },
  demo: writeDemoProducts,
});

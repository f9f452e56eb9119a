// products: the catalogue, and the stock behind it.
import { defineSubgraph } from '../../platform/subgraph.ts';
import { writeDemoProducts } from './demo.ts';
import { refusals } from './errors.ts';
import { CreateProduct1790000000101 } from './migrations/1790000000101-create-product.ts';
import { CreateReservation1790000000102 } from './migrations/1790000000102-create-reservation.ts';
import { productTable } from './product.ts';
import { reservationTable } from './reservation.ts';
import { reservationLineTable } from './reservation-line.ts';
import { resolvers } from './resolvers.ts';

/** It needs nothing beside its database. */
export type Own = undefined;

export const subgraph = defineSubgraph({
  name: 'products',
  tables: [productTable, reservationTable, reservationLineTable],
  migrations: [CreateProduct1790000000101, CreateReservation1790000000102],
  resolvers,
  refusals,
  demo: writeDemoProducts,
});

// reviews: what accounts write about products.
import { defineSubgraph } from '../../platform/subgraph/definition.ts';
import { refusals } from './errors.ts';
import { CreateReview1790000000001 } from './migrations/1790000000001-create-review.ts';
import { resolvers } from './resolvers.ts';
import { reviewTable } from './review.ts';

export const subgraph = defineSubgraph({
  name: 'reviews',
  tables: [reviewTable],
  migrations: [CreateReview1790000000001],
  resolvers,
  refusals,
});

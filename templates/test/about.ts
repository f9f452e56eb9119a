// What the tests of the whole graph must know about reviews: see test/support/about.ts.
import type { AboutSubgraph } from '../../test/support/about.ts';

const create = 'mutation ($input: CreateReviewInput!) { createReview(input: $input) { id } }';

export const about: AboutSubgraph = {
  rowsKept: { review: 'for ever: everybody reads it' },
  // The author is a stub, and accounts shows it to the author alone: reviews.test.ts.
  fieldsToGuarded: ['Review.author'],
  lists: {
    'Product.reviews': {
      query: 'query ($after: String, $id: ID!) { product(id: $id) { page: reviews(PAGE) { FIELDS } } }',
      fill: async (world, accounts) => {
        const productId = await world.product();
        for (const account of accounts)
          await world.data(create, { input: { productId, text: 'Pours well.' } }, account);
        return { id: productId };
      },
    },
  },
};

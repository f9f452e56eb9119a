// What the tests of the whole graph must know about reviews: see test/support/about.ts.
import type { AboutSubgraph } from '../../test/support/about.ts';

export const about: AboutSubgraph = {
  // The author is a stub, and accounts shows it to the author alone: reviews.test.ts.
  fieldsToGuarded: ['Review.author'],
};

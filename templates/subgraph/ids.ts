// The ids that only this subgraph knows. Those that several subgraphs know are in platform/values/ids.ts.
import { type Branded, createId } from '../../platform/values/ids.ts';

/** What one account wrote about one product. */
export type ReviewId = Branded<'ReviewId'>;

export const newReviewId = createId<ReviewId>;

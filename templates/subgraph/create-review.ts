// createReview: an account writes about a product. A repeat is safe: it returns what the account has written already. The unique
// constraint decides between two that arrive together.
import { text, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { AccountViewer } from '../../platform/identity/viewer.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { type AccountId, type ProductId, requireId, type Unparsed } from '../../platform/values/ids.ts';
import { isReadableText } from '../../platform/values/text.ts';
import { refuse } from './errors.ts';
import { newReviewId, type ReviewId } from './ids.ts';
import { type ReviewRow, reviewRow } from './review.ts';

export interface NewReview {
  productId: Unparsed<ProductId>;
  text: string;
}

export const insertReviewStatement = statement({
  text: `INSERT INTO reviews.review (id, product_id, account_id, text) VALUES ($1, $2, $3, $4)
     ON CONFLICT ON CONSTRAINT review_author_key DO NOTHING RETURNING *`,
  params: [uuid<ReviewId>(), uuid<ProductId>(), uuid<AccountId>(), text()],
  row: reviewRow,
});

export const writtenReviewStatement = statement({
  text: 'SELECT * FROM reviews.review WHERE account_id = $1 AND product_id = $2',
  params: [uuid<AccountId>(), uuid<ProductId>()],
  row: reviewRow,
});

/** Refusals: TEXT_INVALID, REVIEW_EXISTS, BAD_USER_INPUT. */
export async function createReview(
  { db }: Pick<Context, 'db'>,
  { accountId }: AccountViewer,
  input: NewReview,
): Promise<ReviewRow> {
  const productId = requireId<ProductId>('productId', input.productId);
  const written = input.text.trim();
  if (written === '' || [...written].length > 2000 || !isReadableText(written)) throw refuse('TEXT_INVALID');
  const [created] = await insertReviewStatement.run(db, [newReviewId(), productId, accountId, written]);
  if (created !== undefined) return created;
  const [earlier] = await writtenReviewStatement.run(db, [accountId, productId]);
  if (earlier?.text !== written) throw refuse('REVIEW_EXISTS');
  return earlier;
}

// The review table: its row type, its entity and its reads.
import { EntitySchema } from 'typeorm';
import { array, integer, type RowOf, text, timestamptz, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { batchReadsById } from '../../platform/reads/batch.ts';
import { batchConnections } from '../../platform/reads/connection.ts';
import { fromBothEnds, pageParams, unnestPages } from '../../platform/reads/page-sql.ts';
import type { AccountId, ProductId } from '../../platform/values/ids.ts';
import type { ReviewId } from './ids.ts';

export type ReviewRow = RowOf<typeof reviewRow>;

export const reviewRow = {
  id: uuid<ReviewId>(),
  product_id: uuid<ProductId>(),
  account_id: uuid<AccountId>(),
  text: text(),
  created_at: timestamptz(),
  updated_at: timestamptz(),
};

export const reviewTable = new EntitySchema<ReviewRow>({
  name: 'review',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'review_pkey' },
    product_id: { type: 'uuid' },
    account_id: { type: 'uuid' },
    text: { type: 'text' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  // One for each account and product.
  uniques: [{ name: 'review_author_key', columns: ['account_id', 'product_id'] }],
  indices: [{ name: 'review_product_id_idx', columns: ['product_id', 'id'] }],
  checks: [{ name: 'review_text_check', expression: 'char_length("text") BETWEEN 1 AND 2000' }],
});

export const reviewsByIdStatement = statement({
  text: 'SELECT * FROM reviews.review WHERE id = ANY($1)',
  params: [array(uuid<ReviewId>())],
  row: reviewRow,
});

/** Reads by id, with one statement for a whole plan node. */
export const reviewById = batchReadsById<ReviewRow>(({ db }, ids) => reviewsByIdStatement.run(db, [ids]));

export const pagesOfReviewsStatement = statement({
  text: `SELECT r.*, wanted.page::integer
     FROM ${unnestPages}
     CROSS JOIN LATERAL (
       ${fromBothEnds('SELECT * FROM reviews.review WHERE product_id = wanted.owner')}) AS r
     ORDER BY r.id DESC`,
  params: pageParams<ProductId>(),
  row: { ...reviewRow, page: integer() },
});

/** Reads pages of reviews, newest first, with one statement for all products of a plan node. */
export const reviewsByProduct = batchConnections<ReviewRow, ProductId>(({ db }, pages) =>
  pagesOfReviewsStatement.run(db, pages),
);

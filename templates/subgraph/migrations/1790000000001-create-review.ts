import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateReview1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE reviews.review (
        id uuid CONSTRAINT review_pkey PRIMARY KEY,
        -- Ids of other subgraphs have no foreign keys: their rows are in other databases.
        product_id uuid NOT NULL,
        account_id uuid NOT NULL,
        text text NOT NULL CONSTRAINT review_text_check CHECK (char_length(text) BETWEEN 1 AND 2000),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT review_author_key UNIQUE (account_id, product_id)
      );
      CREATE INDEX review_product_id_idx ON reviews.review (product_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reviews.review');
  }
}

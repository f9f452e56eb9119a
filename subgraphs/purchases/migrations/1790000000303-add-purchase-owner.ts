import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddPurchaseOwner1790000000303 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE purchases.purchase
        ADD COLUMN owner integer,
        ADD COLUMN attempts integer NOT NULL DEFAULT 0,
        ADD COLUMN resume_at timestamptz NOT NULL DEFAULT now();
      -- What is under way: a handful of rows, whatever the size of the table. The sweeper looks here several times a second.
      CREATE INDEX purchase_resume_at_idx ON purchases.purchase (resume_at)
        WHERE status IN ('STARTED', 'CONFIRMED', 'CANCELLING');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX purchases.purchase_resume_at_idx;
      ALTER TABLE purchases.purchase DROP COLUMN owner, DROP COLUMN attempts, DROP COLUMN resume_at;
    `);
  }
}

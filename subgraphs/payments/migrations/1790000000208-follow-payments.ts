import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a payment is compared with the provider again. Null: never. */
export class FollowPayments1790000000208 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The default is evaluated once for all rows that exist, so that no row is rewritten, and is not for new ones.
    await runner.query(`
      ALTER TABLE payments.payment ADD COLUMN check_at timestamptz DEFAULT now() + interval '10 minutes';
      ALTER TABLE payments.payment ALTER COLUMN check_at DROP DEFAULT;
      UPDATE payments.payment SET check_at = NULL
        WHERE status IN ('DECLINED', 'VOIDED', 'EXPIRED', 'REVERSED') OR created_at < now() - interval '180 days';
      -- The sweeper looks for what is due every second: few rows out of all.
      CREATE INDEX payment_check_at_idx ON payments.payment (check_at) WHERE check_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments.payment DROP COLUMN check_at');
  }
}

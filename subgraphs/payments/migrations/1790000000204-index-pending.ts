import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexPending1790000000204 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The sweeper looks for what is left PENDING every second: few rows out of all.
      CREATE INDEX payment_pending_idx ON payments.payment (updated_at) WHERE status = 'PENDING';
      CREATE INDEX refund_pending_idx ON payments.refund (updated_at) WHERE status = 'PENDING';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payments.payment_pending_idx, payments.refund_pending_idx');
  }
}

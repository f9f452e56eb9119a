import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexPostingPayment1790000000205 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX posting_payment_id_idx ON payments.posting (payment_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payments.posting_payment_id_idx');
  }
}

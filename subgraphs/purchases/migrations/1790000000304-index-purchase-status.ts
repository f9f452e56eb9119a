import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexConcurrently } from '../../../platform/migrations/concurrent-index.ts';

/** Finds the purchases with one status, newest first: most purchases are COMPLETED, and few have another status. */
export class IndexPurchaseStatus1790000000304 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    const definition = 'ON purchases.purchase (status, id)';
    await buildIndexConcurrently(runner, 'purchases', 'purchase_status_idx', definition);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX purchases.purchase_status_idx');
  }
}

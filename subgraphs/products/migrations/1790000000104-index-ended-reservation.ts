import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexConcurrently } from '../../../platform/migrations/concurrent-index.ts';

/** Finds the oldest reservations that are sold or released, which are deleted in time. */
export class IndexEndedReservation1790000000104 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    const definition = `ON products.reservation (updated_at) WHERE status <> 'HELD'`;
    await buildIndexConcurrently(runner, 'products', 'reservation_ended_idx', definition);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX products.reservation_ended_idx');
  }
}

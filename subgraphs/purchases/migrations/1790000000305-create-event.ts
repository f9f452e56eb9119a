import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createEventTable, dropEventTable } from '../../../platform/events/event-table.ts';

export class CreateEvent1790000000305 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The number of the events of a purchase. A constant default rewrites no row.
    await runner.query('ALTER TABLE purchases.purchase ADD COLUMN version integer NOT NULL DEFAULT 0');
    await createEventTable(runner, 'purchases');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropEventTable(runner, 'purchases');
    await runner.query('ALTER TABLE purchases.purchase DROP COLUMN version');
  }
}

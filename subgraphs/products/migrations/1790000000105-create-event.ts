import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createEventTable, dropEventTable } from '../../../platform/events/event-table.ts';

export class CreateEvent1790000000105 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The number of the events of a product. A constant default rewrites no row.
    await runner.query('ALTER TABLE products.product ADD COLUMN version integer NOT NULL DEFAULT 0');
    await createEventTable(runner, 'products');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropEventTable(runner, 'products');
    await runner.query('ALTER TABLE products.product DROP COLUMN version');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createFollowerTables, dropFollowerTables } from '../../../platform/followers/follower-tables.ts';

export class CreateDiscontinuedProduct1790000000306 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE purchases.discontinued_product (
        product_id uuid NOT NULL CONSTRAINT discontinued_product_pkey PRIMARY KEY,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await createFollowerTables(runner, 'purchases');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropFollowerTables(runner, 'purchases');
    await runner.query('DROP TABLE purchases.discontinued_product');
  }
}

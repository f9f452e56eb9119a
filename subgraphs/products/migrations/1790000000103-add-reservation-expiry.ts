import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddReservationExpiry1790000000103 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // What is held is little and young: the look for what has expired reads none of what was ever sold.
    await runner.query(`
      CREATE INDEX reservation_created_at_idx ON products.reservation (created_at) WHERE status = 'HELD';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX products.reservation_created_at_idx');
  }
}

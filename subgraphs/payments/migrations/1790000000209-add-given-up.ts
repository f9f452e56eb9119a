import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Marks the payments of purchases that were told that nothing is held, so that a later capture is given back. */
export class AddGivenUp1790000000209 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments.payment ADD COLUMN is_given_up boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments.payment DROP COLUMN is_given_up');
  }
}

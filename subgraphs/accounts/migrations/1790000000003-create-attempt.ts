import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAttempt1790000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE accounts.attempt (
        key bytea CONSTRAINT attempt_pkey PRIMARY KEY,
        attempts integer NOT NULL,
        window_ends_at timestamptz NOT NULL,
        known_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      -- Finds the rows that say nothing any more.
      CREATE INDEX attempt_over_idx ON accounts.attempt (greatest(window_ends_at, known_until));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE accounts.attempt');
  }
}

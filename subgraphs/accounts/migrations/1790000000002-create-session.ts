import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSession1790000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE accounts.session (
        id uuid CONSTRAINT session_pkey PRIMARY KEY,
        account_id uuid NOT NULL
          CONSTRAINT session_account_id_fkey REFERENCES accounts.account (id) ON DELETE CASCADE,
        token_hash bytea NOT NULL CONSTRAINT session_token_hash_key UNIQUE,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      -- UUIDv7 ids sort by time: "newest sessions of an account" is a backward scan of this index.
      CREATE INDEX session_account_id_idx ON accounts.session (account_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE accounts.session');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccount1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE accounts.account (
        id uuid CONSTRAINT account_pkey PRIMARY KEY,
        email text NOT NULL CONSTRAINT account_email_check CHECK (email LIKE '%_@_%'),
        name text NOT NULL,
        roles text[] NOT NULL CONSTRAINT account_roles_check CHECK (roles <@ ARRAY['CUSTOMER', 'STAFF']),
        password_hash text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX account_email_key ON accounts.account (lower(email));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE accounts.account');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePurchase1790000000301 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE purchases.purchase (
        id uuid CONSTRAINT purchase_pkey PRIMARY KEY,
        account_id uuid NOT NULL,
        payment_id uuid NOT NULL,
        idempotency_key text NOT NULL,
        request_hash bytea NOT NULL,
        status text NOT NULL CONSTRAINT purchase_status_check
          CHECK (status IN ('STARTED', 'CONFIRMED', 'COMPLETED', 'CANCELLING', 'CANCELLED')),
        cancel_reason text,
        total numeric(15, 3),
        currency text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        -- A repeat of a request finds the first one's purchase, however many arrive at once.
        CONSTRAINT purchase_idempotency_key_key UNIQUE (account_id, idempotency_key),
        CONSTRAINT purchase_cancel_reason_check
          CHECK ((status IN ('CANCELLING', 'CANCELLED')) = (cancel_reason IS NOT NULL)),
        CONSTRAINT purchase_total_check
          CHECK (status NOT IN ('CONFIRMED', 'COMPLETED') OR (total > 0 AND currency IS NOT NULL))
      );
      -- "The newest purchases of an account" is a backward scan: UUIDv7 ids sort by time.
      CREATE INDEX purchase_account_id_idx ON purchases.purchase (account_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE purchases.purchase');
  }
}

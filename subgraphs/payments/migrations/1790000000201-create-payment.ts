import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePayment1790000000201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments.payment (
        id uuid CONSTRAINT payment_pkey PRIMARY KEY,
        purchase_id uuid NOT NULL CONSTRAINT payment_purchase_id_key UNIQUE,
        account_id uuid NOT NULL,
        status text NOT NULL CONSTRAINT payment_status_check CHECK (status IN
          ('PENDING', 'AUTHORIZED', 'DECLINED', 'CAPTURED', 'VOIDED', 'PARTIALLY_REFUNDED', 'REFUNDED')),
        amount numeric(15,3) NOT NULL,
        refunded numeric(15,3) NOT NULL DEFAULT 0,
        currency text NOT NULL CONSTRAINT payment_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        provider_id text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        -- A tombstone stands for a payment that never was: no amount, and ISO 4217's code for "no currency".
        CONSTRAINT payment_amount_check
          CHECK (CASE currency WHEN 'XXX' THEN amount = 0 AND status = 'VOIDED' ELSE amount > 0 END),
        CONSTRAINT payment_refunded_check CHECK (CASE status
          WHEN 'REFUNDED' THEN refunded = amount
          WHEN 'PARTIALLY_REFUNDED' THEN refunded > 0 AND refunded < amount
          ELSE refunded = 0 END),
        CONSTRAINT payment_provider_id_check
          CHECK (provider_id IS NOT NULL OR status IN ('PENDING', 'DECLINED', 'VOIDED'))
      );
      -- UUIDv7 ids sort by time: "newest payments of an account" is a backward scan of this index.
      CREATE INDEX payment_account_id_idx ON payments.payment (account_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payments.payment');
  }
}

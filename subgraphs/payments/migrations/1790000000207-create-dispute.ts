import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happens at the provider alone: disputes, refunds that we did not ask for, captures that are taken back. */
export class CreateDispute1790000000207 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments.dispute (
        id uuid CONSTRAINT dispute_pkey PRIMARY KEY,
        payment_id uuid NOT NULL CONSTRAINT dispute_payment_id_fkey REFERENCES payments.payment (id),
        provider_reference text NOT NULL,
        status text NOT NULL CONSTRAINT dispute_status_check CHECK (status IN ('OPEN', 'WON', 'LOST')),
        amount numeric(15,3) NOT NULL CONSTRAINT dispute_amount_check CHECK (amount > 0),
        currency text NOT NULL CONSTRAINT dispute_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT dispute_payment_id_provider_reference_key UNIQUE (payment_id, provider_reference)
      );
    `);
    // A refund has the key of our request, or the provider's name for a refund that we did not ask for.
    await runner.query(`
      ALTER TABLE payments.refund
        ALTER COLUMN idempotency_key DROP NOT NULL,
        ADD COLUMN provider_reference text,
        ADD CONSTRAINT refund_payment_id_provider_reference_key UNIQUE (payment_id, provider_reference),
        ADD CONSTRAINT refund_provider_reference_check CHECK (num_nonnulls(idempotency_key, provider_reference) = 1);
    `);
    await runner.query(`
      ALTER TABLE payments.payment
        ADD COLUMN disputed numeric(15,3) NOT NULL DEFAULT 0
          CONSTRAINT payment_disputed_check CHECK (disputed >= 0),
        DROP CONSTRAINT payment_status_check,
        ADD CONSTRAINT payment_status_check CHECK (status IN ('PENDING', 'AUTHORIZED', 'DECLINED', 'CAPTURED',
          'VOIDED', 'EXPIRED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'REVERSED')),
        DROP CONSTRAINT payment_refunded_check,
        ADD CONSTRAINT payment_refunded_check CHECK (CASE status
          WHEN 'REFUNDED' THEN refunded = amount
          WHEN 'PARTIALLY_REFUNDED' THEN refunded > 0 AND refunded < amount
          WHEN 'REVERSED' THEN refunded < amount
          ELSE refunded = 0 END);
      ALTER TABLE payments.posting
        DROP CONSTRAINT posting_kind_check,
        ADD CONSTRAINT posting_kind_check
          CHECK (kind IN ('capture', 'refund', 'reversal', 'dispute', 'dispute_won', 'dispute_lost')),
        DROP CONSTRAINT posting_account_check,
        ADD CONSTRAINT posting_account_check
          CHECK (account IN ('provider_receivable', 'sales', 'disputed_funds', 'dispute_losses'));
    `);
  }

  /** Fails while the tables hold what the version before does not know. The ledger cannot be told to forget it. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments.posting
        DROP CONSTRAINT posting_kind_check,
        ADD CONSTRAINT posting_kind_check CHECK (kind IN ('capture', 'refund')),
        DROP CONSTRAINT posting_account_check,
        ADD CONSTRAINT posting_account_check CHECK (account IN ('provider_receivable', 'sales'));
      ALTER TABLE payments.payment
        DROP COLUMN disputed,
        DROP CONSTRAINT payment_status_check,
        ADD CONSTRAINT payment_status_check CHECK (status IN ('PENDING', 'AUTHORIZED', 'DECLINED', 'CAPTURED',
          'VOIDED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'EXPIRED')),
        DROP CONSTRAINT payment_refunded_check,
        ADD CONSTRAINT payment_refunded_check CHECK (CASE status
          WHEN 'REFUNDED' THEN refunded = amount
          WHEN 'PARTIALLY_REFUNDED' THEN refunded > 0 AND refunded < amount
          ELSE refunded = 0 END);
      ALTER TABLE payments.refund DROP COLUMN provider_reference, ALTER COLUMN idempotency_key SET NOT NULL;
      DROP TABLE payments.dispute;
    `);
  }
}

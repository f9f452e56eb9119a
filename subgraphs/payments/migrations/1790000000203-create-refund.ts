import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRefund1790000000203 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments.refund (
        id uuid CONSTRAINT refund_pkey PRIMARY KEY,
        payment_id uuid NOT NULL CONSTRAINT refund_payment_id_fkey REFERENCES payments.payment (id),
        idempotency_key text NOT NULL,
        status text NOT NULL
          CONSTRAINT refund_status_check CHECK (status IN ('PENDING', 'COMPLETED', 'FAILED')),
        amount numeric(15,3) NOT NULL CONSTRAINT refund_amount_check CHECK (amount > 0),
        currency text NOT NULL CONSTRAINT refund_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        is_remainder boolean NOT NULL,
        reason text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT refund_payment_id_idempotency_key_key UNIQUE (payment_id, idempotency_key)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payments.refund');
  }
}

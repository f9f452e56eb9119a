import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePosting1790000000202 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments.posting (
        id uuid CONSTRAINT posting_pkey PRIMARY KEY,
        payment_id uuid NOT NULL CONSTRAINT posting_payment_id_fkey REFERENCES payments.payment (id),
        kind text NOT NULL CONSTRAINT posting_kind_check CHECK (kind IN ('capture', 'refund')),
        reference uuid NOT NULL,
        account text NOT NULL
          CONSTRAINT posting_account_check CHECK (account IN ('provider_receivable', 'sales')),
        amount numeric(15,3) NOT NULL CONSTRAINT posting_amount_check CHECK (amount <> 0),
        currency text NOT NULL CONSTRAINT posting_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT posting_reference_kind_account_key UNIQUE (reference, kind, account)
      );
      -- Append-only by privilege. The runtime role has the schema's name in every topology; the default privileges
      -- of the schema gave it these when the table was made.
      REVOKE UPDATE, DELETE, TRUNCATE ON payments.posting FROM payments;
    `);
    await runner.query(`
      CREATE FUNCTION payments.posting_amount_balance() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (
          SELECT FROM payments.posting WHERE reference = NEW.reference AND kind = NEW.kind
          GROUP BY currency HAVING sum(amount) <> 0
        ) THEN
          RAISE EXCEPTION 'the postings of % % do not sum to zero', NEW.kind, NEW.reference USING
            ERRCODE = 'check_violation', SCHEMA = 'payments', TABLE = 'posting', CONSTRAINT = 'posting_amount_balance';
        END IF;
        RETURN NULL;
      END $$;
      -- Deferred: between the first and the second posting of a movement the sum cannot be zero.
      CREATE CONSTRAINT TRIGGER posting_amount_balance AFTER INSERT ON payments.posting
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.posting_amount_balance();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payments.posting');
    await runner.query('DROP FUNCTION payments.posting_amount_balance()');
  }
}

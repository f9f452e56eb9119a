import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateReservation1790000000102 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE products.reservation (
        purchase_id uuid CONSTRAINT reservation_pkey PRIMARY KEY,
        status text NOT NULL
          CONSTRAINT reservation_status_check CHECK (status IN ('HELD', 'COMMITTED', 'RELEASED')),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE products.reservation_line (
        purchase_id uuid NOT NULL
          CONSTRAINT reservation_line_purchase_id_fkey REFERENCES products.reservation (purchase_id),
        product_id uuid NOT NULL CONSTRAINT reservation_line_product_id_fkey REFERENCES products.product (id),
        position smallint NOT NULL,
        name text NOT NULL,
        unit_price numeric(15, 3) NOT NULL CONSTRAINT reservation_line_unit_price_check CHECK (unit_price > 0),
        currency text NOT NULL CONSTRAINT reservation_line_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        quantity integer NOT NULL CONSTRAINT reservation_line_quantity_check CHECK (quantity BETWEEN 1 AND 1000),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT reservation_line_pkey PRIMARY KEY (purchase_id, product_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE products.reservation_line; DROP TABLE products.reservation');
  }
}

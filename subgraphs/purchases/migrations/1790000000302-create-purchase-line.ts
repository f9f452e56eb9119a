import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePurchaseLine1790000000302 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE purchases.purchase_line (
        purchase_id uuid NOT NULL CONSTRAINT purchase_line_purchase_id_fkey REFERENCES purchases.purchase (id),
        position smallint NOT NULL,
        product_id uuid NOT NULL,
        quantity integer NOT NULL CONSTRAINT purchase_line_quantity_check CHECK (quantity BETWEEN 1 AND 1000),
        name text,
        unit_price numeric(15, 3) CONSTRAINT purchase_line_unit_price_check CHECK (unit_price > 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT purchase_line_pkey PRIMARY KEY (purchase_id, position),
        CONSTRAINT purchase_line_product_id_key UNIQUE (purchase_id, product_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE purchases.purchase_line');
  }
}

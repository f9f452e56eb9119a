import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProduct1790000000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE products.product (
        id uuid CONSTRAINT product_pkey PRIMARY KEY,
        sku text NOT NULL
          CONSTRAINT product_sku_key UNIQUE
          CONSTRAINT product_sku_check CHECK (sku ~ '^[A-Z0-9][A-Z0-9._-]{0,39}$'),
        name text NOT NULL CONSTRAINT product_name_check CHECK (char_length(name) BETWEEN 1 AND 200),
        description text NOT NULL CONSTRAINT product_description_check CHECK (char_length(description) <= 5000),
        price numeric(15, 3) NOT NULL CONSTRAINT product_price_check CHECK (price > 0),
        currency text NOT NULL CONSTRAINT product_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
        -- Units that can be bought now. No upper bound here: giving held units back must never fail.
        stock integer NOT NULL CONSTRAINT product_stock_check CHECK (stock >= 0),
        discontinued_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      -- The catalogue is a backward scan of this index, however many products were discontinued.
      CREATE INDEX product_id_idx ON products.product (id) WHERE discontinued_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE products.product');
  }
}

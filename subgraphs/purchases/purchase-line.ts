// The purchase_line table. Name and price are copied when the purchase is confirmed, so that a later change of the catalogue does
// not change past purchases.
import { EntitySchema } from 'typeorm';
import type { ProductId, PurchaseId } from '../../platform/values/ids.ts';

/** A line as purchase.ts reads it, in one statement with its purchase. Amounts are decimal text. */
export interface LineOfPurchase {
  /** The place of the line in its purchase, from 1. It never changes. */
  position: number;
  product_id: ProductId;
  quantity: number;
  name: string | null;
  unit_price: string | null;
  currency: string | null;
}

/** A line as resolvers read it. */
export interface PurchaseLineRow extends LineOfPurchase {
  purchase_id: PurchaseId;
}

export interface PurchaseLineColumns extends Omit<PurchaseLineRow, 'currency'> {
  created_at: Date;
  updated_at: Date;
}

export const purchaseLineTable = new EntitySchema<PurchaseLineColumns>({
  name: 'purchase_line',
  columns: {
    purchase_id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'purchase_line_pkey' },
    position: { type: 'smallint', primary: true, primaryKeyConstraintName: 'purchase_line_pkey' },
    product_id: { type: 'uuid' },
    quantity: { type: 'integer' },
    name: { type: 'text', nullable: true },
    unit_price: { type: 'numeric', precision: 15, scale: 3, nullable: true },
    created_at: { type: 'timestamptz', default: () => 'now()' },
    updated_at: { type: 'timestamptz', default: () => 'now()' },
  },
  foreignKeys: [
    {
      name: 'purchase_line_purchase_id_fkey',
      target: 'purchase',
      columnNames: ['purchase_id'],
      referencedColumnNames: ['id'],
    },
  ],
  uniques: [{ name: 'purchase_line_product_id_key', columns: ['purchase_id', 'product_id'] }],
  checks: [
    { name: 'purchase_line_quantity_check', expression: '"quantity" BETWEEN 1 AND 1000' },
    { name: 'purchase_line_unit_price_check', expression: '"unit_price" > 0' },
  ],
});

// createProduct: staff put a product on sale. The unique constraint decides between two products with the same SKU.
import { publishChangeAfter } from '../../platform/changes/change-hub.ts';
import { integer, numeric, text, uuid } from '../../platform/database/column.ts';
import { getViolatedConstraint } from '../../platform/database/constraint.ts';
import { oneRowStatement } from '../../platform/database/statement.ts';
import type { Context } from '../../platform/subgraph/context.ts';
import { newProductId, type ProductId } from '../../platform/values/ids.ts';
import { parseInput } from '../../platform/values/input.ts';
import { type Money, parsePositiveMoney } from '../../platform/values/money.ts';
import { badInput } from '../../platform/values/refusal.ts';
import { isReadableLine, isReadableText, normalizeLine } from '../../platform/values/text.ts';
import { refuse } from './errors.ts';
import { insertCreated } from './events/product-created.ts';
import { type ProductRow, productSkuKey, productTableRow, skuShape, tableColumns } from './product.ts';

export interface NewProduct {
  sku: string;
  name: string;
  description: string;
  price: Money;
  stock: number;
}

/** Maximum number of units that createProduct or restock adds at once. */
export const maxDelivery = 1_000_000;

export const insertProductStatement = oneRowStatement({
  text: `
  WITH created AS (
    INSERT INTO products.product (id, sku, name, description, price, currency, stock, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 1) RETURNING *
  ), published AS (${insertCreated('created')})
  SELECT ${tableColumns} FROM created`,
  params: [uuid<ProductId>(), text(), text(), text(), numeric(), text(), integer()],
  row: productTableRow,
});

/** Refusals: SKU_INVALID, SKU_IN_USE, NAME_INVALID, DESCRIPTION_INVALID, BAD_USER_INPUT. */
export async function createProduct(
  ctx: Pick<Context, 'db' | 'publishChange'>,
  input: NewProduct,
): Promise<ProductRow> {
  const { sku, name, description, price, stock } = parseNewProduct(input);
  try {
    const [product] = await publishChangeAfter(ctx, () =>
      insertProductStatement.run(ctx.db, [
        newProductId(),
        sku,
        name,
        description,
        price.amount,
        price.currency,
        stock,
      ]),
    );
    return product;
  } catch (cause) {
    if (getViolatedConstraint(cause) === productSkuKey) throw refuse('SKU_IN_USE');
    throw cause;
  }
}

function parseNewProduct(input: NewProduct): NewProduct {
  return parseInput({
    sku: () => parseSku(input.sku),
    name: () => parseName(input.name),
    description: () => parseDescription(input.description),
    price: () => parsePositiveMoney(input.price, 'price.amount'),
    stock: () => parseStock(input.stock),
  });
}

function parseSku(text: string): string {
  const sku = text.trim();
  if (!skuShape.test(sku)) throw refuse('SKU_INVALID');
  return sku;
}

function parseName(text: string): string {
  const name = normalizeLine(text);
  if (name === '' || [...name].length > 200 || !isReadableLine(name)) throw refuse('NAME_INVALID');
  return name;
}

function parseDescription(text: string): string {
  const description = text.trim();
  if ([...description].length > 5000 || !isReadableText(description)) throw refuse('DESCRIPTION_INVALID');
  return description;
}

function parseStock(stock: number): number {
  if (stock < 0 || stock > maxDelivery) throw badInput('stock', `must be from 0 to ${maxDelivery}`);
  return stock;
}

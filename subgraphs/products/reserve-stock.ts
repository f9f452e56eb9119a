// reserveStock: subtracts the units of all lines from the stock, or of none. It is one statement, so that no lock is held during
// a round trip. A repeat returns what the first call wrote, with the names and prices of that time.
import {
  array,
  boolean,
  integer,
  nullable,
  numeric,
  text,
  timestamptz,
  uuid,
} from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import type { Context, RequestContext } from '../../platform/subgraph/context.ts';
import {
  canonicalId,
  isProductId,
  isPurchaseId,
  type ProductId,
  type PurchaseId,
  type Unparsed,
} from '../../platform/values/ids.ts';
import { badInput, type Refusal } from '../../platform/values/refusal.ts';
import { refuse } from './errors.ts';
import { type ReservationRow, reservationByPurchase } from './reservation.ts';
import { type ReservedLine, reservedLinesByPurchase } from './reservation-line.ts';
import type { ReservationStatus } from './reservation-status.ts';

/** The request as the caller sends it, with unchecked ids. */
export interface ReserveStockRequest {
  purchaseId: Unparsed<PurchaseId>;
  lines: readonly { productId: Unparsed<ProductId>; quantity: number }[];
}

interface WantedLine {
  productId: ProductId;
  quantity: number;
}

type LineRefusal = 'PRODUCT_NOT_FOUND' | 'PRODUCT_DISCONTINUED' | 'OUT_OF_STOCK';

/**
 * A row of reserveStatement: a wanted line with its product, and the reservation if it was written. The type says more than the
 * columns do: either all columns of the reservation are null, or none is.
 */
type JudgedLine = ((ReservationRow & ReservedLine) | { purchase_id: null; product_id: ProductId }) & {
  refusal: LineRefusal | null;
  /** True when the line takes the last units, so that the product is sold out. */
  takes_last: boolean | null;
};

/**
 * Refusals: PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED, OUT_OF_STOCK, MIXED_CURRENCIES, RESERVATION_RELEASED,
 * RESERVATION_CONFLICT, BAD_USER_INPUT.
 */
export async function reserveStock(ctx: RequestContext, input: ReserveStockRequest): Promise<ReservationRow> {
  const { purchaseId, lines } = parseRequest(input);
  const judged = await judgeAndHold(ctx, purchaseId, lines).catch((cause: unknown) => {
    ctx.publishChange();
    throw cause;
  });
  const writtenLines = judged.filter((line) => line.purchase_id !== null);
  const [first] = writtenLines;
  if (first !== undefined) {
    // No cache keeps the number of units. But whether a product is in stock decides on which pages of the catalogue it is.
    if (writtenLines.some(({ takes_last }) => takes_last)) ctx.publishChange();
    return { ...first, lines: writtenLines };
  }
  // Nothing was written: the reservation existed already, or a line is refused. An existing reservation decides: when a
  // purchase that holds the last unit repeats its call, the response must not be that the product is out of stock.
  const reservation = await reservationByPurchase(ctx, purchaseId);
  if (reservation === null) throw getRefusal(judged);
  if (reservation.status === 'RELEASED') throw refuse('RESERVATION_RELEASED');
  const held = await reservedLinesByPurchase(ctx, reservation.purchase_id);
  const heldQuantities = new Map(held.map(({ product_id, quantity }) => [product_id, quantity]));
  const isRepeat =
    heldQuantities.size === lines.length &&
    lines.every((line) => heldQuantities.get(line.productId) === line.quantity);
  if (!isRepeat) throw refuse('RESERVATION_CONFLICT');
  return reservation;
}

function parseRequest({ purchaseId, lines }: ReserveStockRequest): {
  purchaseId: PurchaseId;
  lines: WantedLine[];
} {
  if (!isPurchaseId(purchaseId)) throw badInput('purchaseId', 'must be a UUID');
  if (lines.length < 1 || lines.length > 100) throw badInput('lines', 'must be from 1 to 100');
  const seen = new Set<ProductId>();
  const wantedLines = lines.map(({ productId, quantity }) => {
    if (quantity < 1 || quantity > 1000) throw badInput('quantity', 'must be from 1 to 1000');
    if (!isProductId(productId)) throw refuse('PRODUCT_NOT_FOUND', { productId });
    const id = canonicalId(productId);
    if (seen.has(id)) throw badInput('lines', 'must name each product once');
    seen.add(id);
    return { productId: id, quantity };
  });
  return { purchaseId: canonicalId(purchaseId), lines: wantedLines };
}

function getRefusal(judged: readonly JudgedLine[]): Refusal {
  for (const { product_id, refusal } of judged) {
    if (refusal !== null) return refuse(refusal, { productId: product_id });
  }
  return refuse('MIXED_CURRENCIES');
}

function judgeAndHold(
  { db }: Pick<Context, 'db'>,
  purchaseId: PurchaseId,
  lines: readonly WantedLine[],
): Promise<JudgedLine[]> {
  return reserveStatement.run(db, [
    purchaseId,
    lines.map(({ productId }) => productId),
    lines.map(({ quantity }) => quantity),
  ]) as Promise<JudgedLine[]>;
}

/**
 * Correct at READ COMMITTED with any number of simultaneous buyers, because each part waits for the one before it:
 * - `locked` waits until no other transaction holds a product, then reads the row again as that transaction left it. The older
 *   stock of the snapshot is never used. Locks are taken in the order of the ids.
 * - `judged` needs all locked rows, so it decides about current rows, which cannot change before this statement commits.
 * - `claimed` writes the reservation only when no line is refused. It waits for another writer of the same purchase (a repeat
 *   or a tombstone), and writes nothing when that writer commits: the primary key decides. The event of this change will be one
 *   more part beside `written`, with a row only when `claimed` has one.
 * - `taken` and `written` have rows only when `claimed` has one. When `locked` had to wait, the update finds a row version that
 *   is newer than the snapshot. PostgreSQL then applies it to the newest version, which is the one that was locked and judged.
 *   As a last safeguard, CHECK (stock >= 0) forbids a negative stock.
 */
export const reserveStatement = statement({
  text: `
  WITH wanted AS (
    SELECT * FROM unnest($2::uuid[], $3::integer[]) WITH ORDINALITY AS line (product_id, quantity, position)
  ), locked AS MATERIALIZED (
    SELECT id, name, price, currency, stock, discontinued_at FROM products.product
    WHERE id = ANY($2) ORDER BY id FOR NO KEY UPDATE
  ), judged AS MATERIALIZED (
    SELECT wanted.*, locked.name, locked.price, locked.currency,
           CASE WHEN locked.id IS NULL THEN 'PRODUCT_NOT_FOUND'
                WHEN locked.discontinued_at IS NOT NULL THEN 'PRODUCT_DISCONTINUED'
                WHEN locked.stock < wanted.quantity THEN 'OUT_OF_STOCK' END AS refusal,
           locked.stock = wanted.quantity AS takes_last
    FROM wanted LEFT JOIN locked ON locked.id = wanted.product_id
  ), claimed AS (
    INSERT INTO products.reservation (purchase_id, status)
    SELECT $1, 'HELD' FROM judged HAVING bool_and(refusal IS NULL) AND count(DISTINCT currency) = 1
    ON CONFLICT (purchase_id) DO NOTHING
    RETURNING *
  ), taken AS (
    UPDATE products.product SET stock = stock - judged.quantity, updated_at = now()
    FROM judged, claimed WHERE product.id = judged.product_id
  ), written AS (
    INSERT INTO products.reservation_line
      (purchase_id, product_id, position, name, unit_price, currency, quantity)
    SELECT claimed.purchase_id, judged.product_id, judged.position, judged.name, judged.price, judged.currency,
           judged.quantity
    FROM judged, claimed
  )
  SELECT claimed.*, judged.product_id, judged.name, judged.price AS unit_price, judged.currency, judged.quantity,
         judged.refusal, judged.takes_last
  FROM judged LEFT JOIN claimed ON true ORDER BY judged.position`,
  params: [uuid<PurchaseId>(), array(uuid<ProductId>()), array(integer())],
  row: {
    purchase_id: nullable(uuid<PurchaseId>()),
    status: nullable(text<ReservationStatus>()),
    created_at: nullable(timestamptz()),
    updated_at: nullable(timestamptz()),
    product_id: uuid<ProductId>(),
    name: nullable(text()),
    unit_price: nullable(numeric()),
    currency: nullable(text()),
    quantity: integer(),
    refusal: nullable(text<LineRefusal>()),
    takes_last: nullable(boolean()),
  },
});

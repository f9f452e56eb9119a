// reserveStock: takes the units of all lines off the stock, or of none, in one statement that holds its locks for no
// round trip. A repeat finds what the first call wrote, with the names and prices of then.
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
import { type ReservationRow, reservationOf } from './reservation.ts';
import { type ReservedLine, reservedLinesOf } from './reservation-line.ts';
import type { ReservationStatus } from './reservation-status.ts';

/** As its caller sends it: no id is checked yet. */
export interface ReserveStock {
  purchaseId: Unparsed<PurchaseId>;
  lines: readonly { productId: Unparsed<ProductId>; quantity: number }[];
}

interface WantedLine {
  productId: ProductId;
  quantity: number;
}

type LineRefusal = 'PRODUCT_NOT_FOUND' | 'PRODUCT_DISCONTINUED' | 'OUT_OF_STOCK';

/**
 * A wanted line, as the statement found its product, beside the reservation if that and the line could be written. The row of
 * the statement, of which more is known than its columns say: all columns of the reservation are null, or none is.
 */
type JudgedLine = ((ReservationRow & ReservedLine) | { purchase_id: null; product_id: ProductId }) & {
  refusal: LineRefusal | null;
  /** True where none is left by it: the product leaves what is in stock. */
  takes_last: boolean | null;
};

/**
 * Refusals: PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED, OUT_OF_STOCK, MIXED_CURRENCIES, RESERVATION_RELEASED,
 * RESERVATION_CONFLICT, BAD_USER_INPUT.
 */
export async function reserveStock(ctx: RequestContext, input: ReserveStock): Promise<ReservationRow> {
  const { purchaseId, lines } = checked(input);
  const judged = await judgeAndHold(ctx, purchaseId, lines).catch((cause: unknown) => {
    ctx.publishChange();
    throw cause;
  });
  const written = judged.filter((line) => line.purchase_id !== null);
  const [first] = written;
  if (first !== undefined) {
    // How many there are, nobody keeps; whether there are any, decides what a page of the catalogue holds.
    if (written.some(({ takes_last }) => takes_last)) ctx.publishChange();
    return { ...first, lines: written };
  }
  // Nothing was written: an earlier call was there first, or a line is refused. The earlier call counts: a purchase that
  // bought the last unit must not hear, on repeating itself, that there is none left.
  const reservation = await reservationOf(ctx, purchaseId);
  if (reservation === null) throw refusalOf(judged);
  if (reservation.status === 'RELEASED') throw refuse('RESERVATION_RELEASED');
  const held = await reservedLinesOf(ctx, reservation.purchase_id);
  const same = new Map(held.map(({ product_id, quantity }) => [product_id, quantity]));
  const repeats =
    same.size === lines.length && lines.every((line) => same.get(line.productId) === line.quantity);
  if (!repeats) throw refuse('RESERVATION_CONFLICT');
  return reservation;
}

function checked({ purchaseId, lines }: ReserveStock): { purchaseId: PurchaseId; lines: WantedLine[] } {
  if (!isPurchaseId(purchaseId)) throw badInput('purchaseId', 'must be a UUID');
  if (lines.length < 1 || lines.length > 100) throw badInput('lines', 'must be from 1 to 100');
  const seen = new Set<ProductId>();
  const normal = lines.map(({ productId, quantity }) => {
    if (quantity < 1 || quantity > 1000) throw badInput('quantity', 'must be from 1 to 1000');
    if (!isProductId(productId)) throw refuse('PRODUCT_NOT_FOUND', { productId });
    const id = canonicalId(productId);
    if (seen.has(id)) throw badInput('lines', 'must name each product once');
    seen.add(id);
    return { productId: id, quantity };
  });
  return { purchaseId: canonicalId(purchaseId), lines: normal };
}

function refusalOf(judged: readonly JudgedLine[]): Refusal {
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
 * Correct at READ COMMITTED with any number of buyers, because each part waits for the one before it:
 * - `locked` waits for whoever holds a product, then reads the row again as that buyer left it; from there on nobody
 *   else changes it. The snapshot's older stock is never looked at. Locks are taken in the order of the ids.
 * - `judged` needs all locked rows, so the verdict is over current rows that cannot change before we commit.
 * - `claimed` writes the reservation only for a faultless verdict. It waits for another writer of the same purchase
 *   (a parallel repeat, a tombstone) and does nothing when that one commits; the primary key decides. The event that
 *   tells of it will be one more part beside `written`, with a row only when `claimed` has one.
 * - `taken` and `written` have rows only when `claimed` has one. The update meets a row version newer than the snapshot
 *   when `locked` had to wait; PostgreSQL then applies it to the newest version, which is the one locked and judged.
 *   CHECK (stock >= 0) stands behind all of it.
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

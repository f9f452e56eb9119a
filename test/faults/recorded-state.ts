// Reads the recorded state of all purchases from three databases and the provider's charges, for invariants.ts to check.
import { query } from '../support/databases.ts';

export interface Line {
  product_id: string;
  quantity: number;
}

/** Amounts have the format of PostgreSQL or of the provider. */
export interface RecordedState {
  purchases: readonly {
    id: string;
    payment_id: string;
    status: string;
    total: string | null;
    currency: string | null;
    lines: readonly Line[];
  }[];
  reservations: readonly { purchase_id: string; status: string; lines: readonly Line[] }[];
  /** `initial`: the stock before the first purchase. */
  products: readonly { id: string; stock: number; initial: number }[];
  payments: readonly {
    id: string;
    purchase_id: string;
    status: string;
    amount: string;
    currency: string;
    refunded: string;
  }[];
  postings: readonly { payment_id: string; account: string; amount: string; currency: string }[];
  charges: readonly Charge[];
}

export interface Charge {
  reference: string;
  status: string;
  amount: string | null;
  currency: string | null;
  refunded: string | null;
  disputes: readonly { status: string; amount: string }[];
}

export interface StateSources {
  /** URLs of the owners of products, payments and purchases, by name. */
  databases: (name: 'products' | 'payments' | 'purchases') => string;
  provider: { url: string; key: string };
  /** The stock of each product before the first purchase. */
  initialStock: ReadonlyMap<string, number>;
}

const selectLines = (table: string) => `(SELECT coalesce(jsonb_agg(jsonb_build_object(
  'product_id', l.product_id, 'quantity', l.quantity) ORDER BY l.product_id), '[]')
  FROM ${table} l WHERE l.purchase_id = p.%) AS lines`;

export async function readRecordedState({
  databases,
  provider,
  initialStock,
}: StateSources): Promise<RecordedState> {
  const [purchases, reservations, products, payments, postings, charges] = await Promise.all([
    query(
      databases('purchases'),
      `SELECT p.*, ${selectLines('purchases.purchase_line').replace('%', 'id')} FROM purchases.purchase p`,
    ),
    query(
      databases('products'),
      `SELECT p.*, ${selectLines('products.reservation_line').replace('%', 'purchase_id')} FROM products.reservation p`,
    ),
    query(databases('products'), 'SELECT id, stock FROM products.product'),
    query(databases('payments'), 'SELECT * FROM payments.payment'),
    query(databases('payments'), 'SELECT * FROM payments.posting'),
    readCharges(provider),
  ]);
  return {
    purchases,
    reservations,
    products: products.map(({ id, stock }) => ({ id, stock, initial: initialStock.get(id) ?? Number.NaN })),
    payments,
    postings,
    charges,
  };
}

/** Reads all charges of the provider, page by page. */
export async function readCharges(
  { url, key }: StateSources['provider'],
  signal?: AbortSignal,
): Promise<Charge[]> {
  const books = new Map<string, Charge>();
  const charges: Charge[] = [];
  for (let after = ''; ; ) {
    const response = await fetch(`${url}/charges?limit=100${after === '' ? '' : `&after=${after}`}`, {
      headers: { authorization: `Bearer ${key}` },
      ...(signal && { signal }),
    });
    const page = ((await response.json()) as { charges: Charge[] }).charges;
    const fresh = page.filter(({ reference }) => !books.has(reference));
    for (const charge of fresh) books.set(charge.reference, charge);
    charges.push(...fresh);
    const last = page.at(-1);
    if (last === undefined || fresh.length === 0) return charges;
    after = last.reference;
  }
}

// The shop's rows, made by PostgreSQL itself from numbers and a seed: the same on every machine and in every run. Accounts
// with purchases, of one to three lines each, of products of one catalogue, each paid by one captured payment.
import pg from 'pg';

export interface ShopSize {
  accounts: number;
  purchasesOfEach: number;
  products: number;
}

const seed = 20_260_101;

/** Ids that sort by number, as UUIDv7 sort by time; `kind` keeps those of different tables apart. */
const idOf = (kind: number, number: string) =>
  `('019b0000-000${kind}-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/** A whole number below `below` that looks like chance and follows from `number` and `salt` alone. */
const chance = (number: string, salt: number, below: number | string) =>
  `(((${number})::bigint * 2654435761 + ${salt * 40_503 + seed}) % 4294967296 / 256 % ${below})`;

const cents = (product: string) => `(100 + ${chance(product, 1, 9900)})`;

/** Account, place in its history and number of every purchase; purchases of one account lie far apart, as in real life. */
const purchases = (size: ShopSize) => `
  SELECT account, account + place * ${size.accounts} AS number
  FROM generate_series(1, ${size.accounts}) AS account, generate_series(0, ${size.purchasesOfEach - 1}) AS place`;

const lines = (size: ShopSize) => `
  SELECT account, number, position, product, 1 + ${chance('number + position', 3, 3)} AS quantity, ${cents('product')} AS cents
  FROM (${purchases(size)}) AS purchase,
  LATERAL generate_series(1, 1 + ${chance('number', 2, 3)}) AS position,
  LATERAL (SELECT 1 + (${chance('number', 4, size.products)} + position * 97) % ${size.products} AS product)`;

const totals = (size: ShopSize) => `
  SELECT account, number, sum(cents * quantity) / 100.0 AS total FROM (${lines(size)}) AS line GROUP BY account, number`;

const statements: Readonly<Record<string, (size: ShopSize) => string>> = {
  accounts: ({ accounts }) => `
    INSERT INTO accounts.account (id, email, name, roles, password_hash)
    SELECT ${idOf(1, 'n')}, 'customer-' || n || '@example.com', 'Customer ' || n, '{CUSTOMER}', 'nobody signs in with it'
    FROM generate_series(1, ${accounts}) AS n;
    INSERT INTO accounts.session (id, account_id, token_hash, expires_at)
    SELECT ${idOf(2, 'n')}, ${idOf(1, 'n')}, sha256(('${tokenPrefix}' || lpad(n::text, 30, '0'))::bytea), now() + interval '30 days'
    FROM generate_series(1, ${accounts}) AS n`,
  products: ({ products }) => `
    INSERT INTO products.product (id, sku, name, description, price, currency, stock)
    SELECT ${idOf(3, 'n')}, 'SKU-' || n, 'Product ' || n, 'A product as long as its description is: ' || repeat('lorem ipsum ', 8),
      ${cents('n')} / 100.0, 'EUR', ${chance('n', 5, 1000)}
    FROM generate_series(1, ${products}) AS n`,
  purchases: (size) => `
    INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, total, currency)
    SELECT ${idOf(4, 'number')}, ${idOf(1, 'account')}, ${idOf(5, 'number')}, number::text, '', 'COMPLETED', total, 'EUR'
    FROM (${totals(size)}) AS purchase;
    INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity, name, unit_price)
    SELECT ${idOf(4, 'number')}, position, ${idOf(3, 'product')}, quantity, 'Product ' || product, cents / 100.0
    FROM (${lines(size)}) AS line`,
  payments: (size) => `
    INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id)
    SELECT ${idOf(5, 'number')}, ${idOf(4, 'number')}, ${idOf(1, 'account')}, 'CAPTURED', total, 'EUR', 'bench-' || number
    FROM (${totals(size)}) AS purchase`,
};

const tokenPrefix = 'bench-client-';

/** Fills the schema of one subgraph, in any database. The role in the URL needs the right to write there. */
export async function fillShop(subgraph: string, url: string, size: ShopSize): Promise<void> {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    await db.query(statements[subgraph]?.(size) ?? '');
    // Now and not whenever autovacuum comes by: the first subject would be measured on other plans than the last.
    await db.query('VACUUM ANALYZE');
  } finally {
    await db.end();
  }
}

/** Somebody who is signed in: what a client holds, and who is behind it. */
export interface Customer {
  token: string;
  accountId: string;
  sessionId: string;
}

export function buildCustomer(number: number): Customer {
  const id = (kind: number) => `019b0000-000${kind}-7000-8000-${number.toString(16).padStart(12, '0')}`;
  return {
    token: `${tokenPrefix}${String(number).padStart(30, '0')}`,
    accountId: id(1),
    sessionId: id(2),
  };
}

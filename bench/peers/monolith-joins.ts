// The monolith at its best: one database, one statement for a page of purchases with everything in them, joined flat.
import pg from 'pg';
import { fromNumeric } from '../../platform/values/money.ts';
import { isSelected, serveMonolith } from './monolith/server.ts';
import { readOptions } from './peer.ts';
import { hashToken } from './session-token.ts';

// biome-ignore lint/suspicious/noExplicitAny: rows have the columns that the statement gives them
type Row = Record<string, any>;

const { database } = readOptions<{ database: string }>();
const pool = new pg.Pool({ connectionString: database, max: 10 });

const joined = {
  from: 'LEFT JOIN payments.payment y ON y.id = p.payment_id',
  columns: ', y.id AS payment_id, y.status AS payment_status, y.amount, y.currency AS payment_currency',
};

const pageOf = (payment: { from: string; columns: string }) => `
  SELECT p.id, p.status, p.total, p.currency, l.quantity,
         r.id AS product_id, r.name, r.price, r.currency AS product_currency, r.stock ${payment.columns}
  FROM (SELECT * FROM purchases.purchase WHERE account_id = $1 ORDER BY id DESC LIMIT $2) AS p
  JOIN purchases.purchase_line l ON l.purchase_id = p.id
  LEFT JOIN products.product r ON r.id = l.product_id
  ${payment.from}
  ORDER BY p.id DESC, l.position`;
const withPayments = pageOf(joined);
const withoutPayments = pageOf({ from: '', columns: '' });

await serveMonolith<Row>({
  accountOf: async (token) => {
    const { rows } = await pool.query(
      `SELECT a.* FROM accounts.session s JOIN accounts.account a ON a.id = s.account_id
       WHERE s.token_hash = $1 AND s.expires_at > now() AND s.revoked_at IS NULL`,
      [hashToken(token)],
    );
    return rows[0] ?? null;
  },
  purchases: async ({ id }, { first }, _context, info) => {
    const text = isSelected(info, 'payment') ? withPayments : withoutPayments;
    const { rows } = await pool.query(text, [id, first]);
    return { edges: purchasesIn(rows).map((node) => ({ node })) };
  },
});

/** Rows of one purchase follow one another. */
function purchasesIn(rows: readonly Row[]): Row[] {
  const purchases: Row[] = [];
  for (const row of rows) {
    if (purchases.at(-1)?.id !== row.id) purchases.push(purchaseIn(row));
    purchases.at(-1)?.lines.push({
      quantity: row.quantity,
      product: {
        id: row.product_id,
        name: row.name,
        price: fromNumeric(row.price, row.product_currency),
        stock: row.stock,
      },
    });
  }
  return purchases;
}

function purchaseIn(row: Row): Row {
  return {
    id: row.id,
    status: row.status,
    total: fromNumeric(row.total, row.currency),
    lines: [],
    payment: row.payment_id && {
      id: row.payment_id,
      status: row.payment_status,
      amount: fromNumeric(row.amount, row.payment_currency),
    },
  };
}

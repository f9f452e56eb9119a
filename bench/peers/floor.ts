// The floor: node:http, pg and JSON.stringify. It sends Tributary's statements for the same question, written by hand, prepared, and
// with only the selected columns. It finds the account by the session token, and checks, parses, plans and limits nothing else.
import { createServer, type IncomingMessage } from 'node:http';
import pg from 'pg';
import { fromNumeric } from '../../platform/values/money.ts';
import { listenOnAnyPort, readOptions, sendReady } from './peer.ts';
import { hashToken } from './session-token.ts';

// biome-ignore lint/suspicious/noExplicitAny: rows have the columns that the statement gives them
type Row = Record<string, any>;

const { databases } = readOptions<{ databases: Readonly<Record<string, string>> }>();
const pools = new Map(
  Object.entries(databases).map(([name, url]) => [name, new pg.Pool({ connectionString: url, max: 10 })]),
);

/** A statement is prepared under the name of what it reads. */
async function read(database: string, name: string, text: string, values: unknown[]): Promise<Row[]> {
  const pool = pools.get(database);
  if (pool === undefined) throw new Error(`no database ${database}`);
  return (await pool.query({ name, text, values })).rows;
}

async function accountBehind(request: IncomingMessage): Promise<Row> {
  const token = (request.headers.authorization ?? '').replace('Bearer ', '');
  const [session] = await read(
    'accounts',
    'session',
    `SELECT s.account_id, s.id, a.roles FROM accounts.session s JOIN accounts.account a ON a.id = s.account_id
     WHERE s.token_hash = ANY($1::bytea[]) AND s.expires_at > now() AND s.revoked_at IS NULL`,
    [[hashToken(token)]],
  );
  const ids = [session?.account_id];
  const text = 'SELECT id, name FROM accounts.account WHERE id = ANY($1)';
  const [account] = await read('accounts', 'account', text, [ids]);
  return account ?? {};
}

function purchasesOf(account: Row, first: number): Promise<Row[]> {
  return read(
    'purchases',
    'purchases',
    `SELECT p.id, p.status, p.total, p.currency, p.payment_id, (
       SELECT json_agg(line ORDER BY line.position) FROM (
         SELECT l.position, l.product_id, l.quantity
         FROM purchases.purchase_line l WHERE l.purchase_id = p.id) AS line) AS lines
     FROM purchases.purchase p WHERE account_id = $1 ORDER BY id DESC LIMIT $2`,
    [account.id, first],
  );
}

const columns = {
  products: 'id, name, price, currency, stock FROM products.product',
  payments: 'id, status, amount, currency FROM payments.payment',
};

async function byId(database: keyof typeof columns, ids: Iterable<string>): Promise<Map<string, Row>> {
  const text = `SELECT ${columns[database]} WHERE id = ANY($1)`;
  const rows = await read(database, database, text, [[...new Set(ids)]]);
  return new Map(rows.map((row) => [row.id, row]));
}

const productsOf = (purchases: readonly Row[]) =>
  byId(
    'products',
    purchases.flatMap(({ lines }) => lines.map((line: Row) => line.product_id)),
  );

const paymentsOf = (purchases: readonly Row[]) =>
  byId(
    'payments',
    purchases.map(({ payment_id }) => payment_id),
  );

async function mainJourney(account: Row) {
  const purchases = await purchasesOf(account, 20);
  const [products, payments] = await Promise.all([productsOf(purchases), paymentsOf(purchases)]);
  const edges = purchases.map(({ id, status, total, currency, lines, payment_id }) => {
    const payment = payments.get(payment_id) ?? {};
    return {
      node: {
        id,
        status,
        total: fromNumeric(total, currency),
        lines: lines.map((line: Row) => {
          const product = products.get(line.product_id) ?? {};
          const price = fromNumeric(product.price, product.currency);
          return {
            quantity: line.quantity,
            product: { id: product.id, name: product.name, price, stock: product.stock },
          };
        }),
        payment: {
          id: payment.id,
          status: payment.status,
          amount: fromNumeric(payment.amount, payment.currency),
        },
      },
    };
  });
  return { id: account.id, name: account.name, purchases: { edges } };
}

async function listOf50(account: Row) {
  const purchases = await purchasesOf(account, 50);
  const products = await productsOf(purchases);
  const edges = purchases.map(({ id, status, lines }) => ({
    node: {
      id,
      status,
      lines: lines.map(({ quantity, product_id }: Row) => ({
        quantity,
        product: { id: product_id, name: products.get(product_id)?.name },
      })),
    },
  }));
  return { purchases: { edges } };
}

/** By operation name, because the floor does not parse GraphQL. */
const answers: Readonly<Record<string, (account: Row) => unknown>> = {
  MainJourney: mainJourney,
  OneField: ({ name }) => ({ name }),
  ListOf50: listOf50,
};

async function answer(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const name = /query (\w+)/.exec(JSON.parse(body).query)?.[1] ?? '';
  return JSON.stringify({ data: { me: await answers[name]?.(await accountBehind(request)) } });
}

const server = createServer((request, response) => {
  answer(request).then(
    (text) => response.setHeader('content-type', 'application/json; charset=utf-8').end(text),
    (cause) => response.writeHead(500).end(`{"errors":"${cause}"}`),
  );
});
sendReady(await listenOnAnyPort(server));

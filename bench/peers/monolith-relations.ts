// The monolith as most are written: one database, TypeORM entities with relations, `find` with what the client asks for.
import { DataSource, EntitySchema } from 'typeorm';
import { fromNumeric } from '../../platform/values/money.ts';
import { isSelected, serveMonolith } from './monolith/server.ts';
import { readOptions } from './peer.ts';
import { hashToken } from './session-token.ts';

interface Account {
  id: string;
  email: string;
  name: string;
}

interface Session {
  id: string;
  token_hash: Buffer;
  expires_at: Date;
  revoked_at: Date | null;
  account: Account;
}

interface Product {
  id: string;
  name: string;
  price: string;
  currency: string;
  stock: number;
}

interface Payment {
  id: string;
  status: string;
  amount: string;
  currency: string;
}

interface Line {
  purchase_id: string;
  position: number;
  quantity: number;
  purchase: Purchase;
  product: Product;
}

interface Purchase {
  id: string;
  account_id: string;
  status: string;
  total: string;
  currency: string;
  lines: Line[];
  payment?: Payment;
}

const account = new EntitySchema<Account>({
  name: 'account',
  schema: 'accounts',
  columns: { id: { type: 'uuid', primary: true }, email: { type: 'text' }, name: { type: 'text' } },
});

const session = new EntitySchema<Session>({
  name: 'session',
  schema: 'accounts',
  columns: {
    id: { type: 'uuid', primary: true },
    token_hash: { type: 'bytea' },
    expires_at: { type: 'timestamptz' },
    revoked_at: { type: 'timestamptz', nullable: true },
  },
  relations: { account: { type: 'many-to-one', target: 'account', joinColumn: { name: 'account_id' } } },
});

const product = new EntitySchema<Product>({
  name: 'product',
  schema: 'products',
  columns: {
    id: { type: 'uuid', primary: true },
    name: { type: 'text' },
    price: { type: 'numeric' },
    currency: { type: 'text' },
    stock: { type: 'integer' },
  },
});

const payment = new EntitySchema<Payment>({
  name: 'payment',
  schema: 'payments',
  columns: {
    id: { type: 'uuid', primary: true },
    status: { type: 'text' },
    amount: { type: 'numeric' },
    currency: { type: 'text' },
  },
});

const line = new EntitySchema<Line>({
  name: 'purchase_line',
  schema: 'purchases',
  columns: {
    purchase_id: { type: 'uuid', primary: true },
    position: { type: 'smallint', primary: true },
    quantity: { type: 'integer' },
  },
  relations: {
    purchase: { type: 'many-to-one', target: 'purchase', joinColumn: { name: 'purchase_id' } },
    product: { type: 'many-to-one', target: 'product', joinColumn: { name: 'product_id' } },
  },
});

const purchase = new EntitySchema<Purchase>({
  name: 'purchase',
  schema: 'purchases',
  columns: {
    id: { type: 'uuid', primary: true },
    account_id: { type: 'uuid' },
    status: { type: 'text' },
    total: { type: 'numeric' },
    currency: { type: 'text' },
  },
  relations: {
    lines: { type: 'one-to-many', target: 'purchase_line', inverseSide: 'purchase' },
    payment: { type: 'many-to-one', target: 'payment', joinColumn: { name: 'payment_id' } },
  },
});

const db = new DataSource({
  type: 'postgres',
  url: readOptions<{ database: string }>().database,
  entities: [account, session, product, payment, line, purchase],
  installExtensions: false,
});
await db.initialize();

await serveMonolith<Account>({
  accountOf: async (token) => {
    const where = { token_hash: hashToken(token) };
    const found = await db.getRepository(session).findOne({ where, relations: { account: true } });
    return found !== null && found.expires_at > new Date() && found.revoked_at === null
      ? found.account
      : null;
  },
  purchases: async ({ id }, { first }, _context, info) => {
    const found = await db.getRepository(purchase).find({
      where: { account_id: id },
      relations: { lines: { product: true }, payment: isSelected(info, 'payment') },
      // An order of the lines as well would make `take` count lines.
      order: { id: 'DESC' },
      take: first,
    });
    return { edges: found.map((row) => ({ node: nodeOf(row) })) };
  },
});

function nodeOf({ total, currency, lines, payment: paid, ...row }: Purchase): unknown {
  return {
    ...row,
    total: fromNumeric(total, currency),
    lines: lines
      .toSorted((a, b) => a.position - b.position)
      .map(({ quantity, product: bought }) => ({
        quantity,
        product: { ...bought, price: fromNumeric(bought.price, bought.currency) },
      })),
    payment: paid && { ...paid, amount: fromNumeric(paid.amount, paid.currency) },
  };
}

// The floor under a checkout: the same rows written by one prepared statement for each phase, in the same databases, with
// no HTTP, no GraphQL and nothing checked. (Never due, so that the graph's sweeper does not take its rows over.) What a checkout costs beyond this is the price of everything else.
import { randomUUID } from 'node:crypto';
import pg from 'pg';

type Phase = readonly [database: string, name: string, text: string, values: unknown[]];

export interface Floor {
  checkout: (productId: string, accountId: string) => Promise<void>;
  close: () => Promise<void>;
}

export function openFloor(urls: Readonly<Record<string, string>>, connections: number): Floor {
  const pools = new Map(
    ['purchases', 'products', 'payments'].map((name) => [
      name,
      // The owner role allows ten connections; the three pools are as wide as the graph's own.
      new pg.Pool({ connectionString: urls[name] ?? '', max: Math.min(connections, 8) }),
    ]),
  );
  return {
    checkout: async (productId, accountId) => {
      for (const [database, name, text, values] of listPhases(productId, accountId)) {
        await pools.get(database)?.query({ name, text, values });
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

function listPhases(productId: string, accountId: string): Phase[] {
  const [purchase, payment] = [randomUUID(), randomUUID()];
  return [
    [
      'purchases',
      'start',
      `WITH p AS (INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, resume_at)
         VALUES ($1, $2, $3, $4, '', 'STARTED', 'infinity') RETURNING id)
       INSERT INTO purchases.purchase_line (purchase_id, position, product_id, quantity) SELECT id, 1, $5, 1 FROM p`,
      [purchase, accountId, payment, purchase, productId],
    ],
    [
      'products',
      'reserve',
      `WITH r AS (INSERT INTO products.reservation (purchase_id, status) VALUES ($1, 'HELD') RETURNING purchase_id),
         s AS (UPDATE products.product SET stock = stock - 1 WHERE id = $2 RETURNING name, price, currency)
       INSERT INTO products.reservation_line (purchase_id, product_id, position, quantity, name, unit_price, currency)
       SELECT purchase_id, $2, 1, 1, name, price, currency FROM r, s`,
      [purchase, productId],
    ],
    [
      'payments',
      'authorize',
      `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id)
       VALUES ($1, $2, $3, 'AUTHORIZED', 12.5, 'EUR', 'floor')`,
      [payment, purchase, accountId],
    ],
    [
      'purchases',
      'confirm',
      `WITH p AS (UPDATE purchases.purchase SET status = 'CONFIRMED', total = 12.5, currency = 'EUR' WHERE id = $1)
       UPDATE purchases.purchase_line SET name = 'Teapot', unit_price = 12.5 WHERE purchase_id = $1`,
      [purchase],
    ],
    [
      'payments',
      'capture',
      `WITH p AS (UPDATE payments.payment SET status = 'CAPTURED' WHERE id = $1)
       INSERT INTO payments.posting (id, payment_id, kind, reference, account, amount, currency)
       VALUES (gen_random_uuid(), $1, 'capture', $1, 'provider_receivable', 12.5, 'EUR'),
              (gen_random_uuid(), $1, 'capture', $1, 'sales', -12.5, 'EUR')`,
      [payment],
    ],
    [
      'products',
      'commit',
      `UPDATE products.reservation SET status = 'COMMITTED' WHERE purchase_id = $1`,
      [purchase],
    ],
    ['purchases', 'complete', `UPDATE purchases.purchase SET status = 'COMPLETED' WHERE id = $1`, [purchase]],
  ];
}

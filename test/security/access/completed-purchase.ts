// The rows of a completed purchase and its payment. A real purchase would have events of the provider on their way, whose
// statements the tests would count.
import { newId } from '../../../platform/values/uuid.ts';
import type { Session, World } from '../../support/world-interface.ts';

export interface PurchaseIds {
  purchase: string;
  payment: string;
}

export async function insertPurchase(world: World, { accountId }: Session): Promise<PurchaseIds> {
  const [purchase, payment] = [newId(), newId()];
  await world.sql(
    'purchases',
    `INSERT INTO purchases.purchase (id, account_id, payment_id, idempotency_key, request_hash, status, total, currency)
     VALUES ($1, $2, $3, $4, '', 'COMPLETED', 30, 'EUR')`,
    [purchase, accountId, payment, purchase],
  );
  await world.sql(
    'payments',
    `INSERT INTO payments.payment (id, purchase_id, account_id, status, amount, currency, provider_id)
     VALUES ($1, $2, $3, 'CAPTURED', 30, 'EUR', $4)`,
    [payment, purchase, accountId, payment],
  );
  return { purchase, payment };
}

/** Two purchases of each account, and so two payments: `fill` of the lists that have them. */
export async function insertTwoPurchases(
  world: World,
  accounts: readonly Session[],
): Promise<Record<string, string>> {
  for (const account of [...accounts, ...accounts]) await insertPurchase(world, account);
  return {};
}

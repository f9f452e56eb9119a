// The posting table: the ledger, double entry and append-only. A movement (movement.ts) is two postings that sum to zero. The database
// enforces the rest: no UPDATE or DELETE is granted, each (reference, kind, account) has one posting, and a movement that does not
// sum to zero cannot be committed.
import { EntitySchema } from 'typeorm';
import type { DisputeId, PaymentId, RefundId } from '../../../platform/values/ids.ts';

/** A posting never changes, so it has no updated_at. */
export interface PostingRow {
  id: string;
  payment_id: PaymentId;
  kind: 'capture' | 'refund' | 'reversal' | 'dispute' | 'dispute_won' | 'dispute_lost';
  /** The id of the payment for a capture and its reversal, of the refund, or of the dispute. */
  reference: PaymentId | RefundId | DisputeId;
  account: LedgerAccount;
  /** What the account gains. Negative when it loses. */
  amount: string;
  currency: string;
  created_at: Date;
}

/**
 * provider_receivable is what the provider owes us. sales is its counterpart, and therefore negative. disputed_funds is what the
 * provider has taken back while disputes are open, and dispute_losses what it keeps for good.
 */
export type LedgerAccount = 'provider_receivable' | 'sales' | 'disputed_funds' | 'dispute_losses';

/** The constraint that the deferred trigger reports when the postings of a movement do not sum to zero. */
export const postingAmountBalance = 'posting_amount_balance';

export const postingTable = new EntitySchema<PostingRow>({
  name: 'posting',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'posting_pkey' },
    payment_id: { type: 'uuid' },
    kind: { type: 'text' },
    reference: { type: 'uuid' },
    account: { type: 'text' },
    amount: { type: 'numeric', precision: 15, scale: 3 },
    currency: { type: 'text' },
    created_at: { type: 'timestamptz', default: () => 'now()' },
  },
  foreignKeys: [
    {
      name: 'posting_payment_id_fkey',
      target: 'payment',
      columnNames: ['payment_id'],
      referencedColumnNames: ['id'],
    },
  ],
  uniques: [{ name: 'posting_reference_kind_account_key', columns: ['reference', 'kind', 'account'] }],
  indices: [{ name: 'posting_payment_id_idx', columns: ['payment_id'] }],
  checks: [
    {
      name: 'posting_kind_check',
      expression: `"kind" IN ('capture', 'refund', 'reversal', 'dispute', 'dispute_won', 'dispute_lost')`,
    },
    {
      name: 'posting_account_check',
      expression: `"account" IN ('provider_receivable', 'sales', 'disputed_funds', 'dispute_losses')`,
    },
    { name: 'posting_amount_check', expression: `"amount" <> 0` },
    { name: 'posting_currency_check', expression: `"currency" ~ '^[A-Z]{3}$'` },
  ],
});

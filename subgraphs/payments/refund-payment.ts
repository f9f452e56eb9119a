// refundPayment: gives money back, in three phases like createPayment, so that a repeat with the same key finishes after a crash.
//   1. With the payment's row locked: check what is left, record a PENDING refund, which reserves its amount, and commit.
//   2. Call the provider with the refund's id. After a crash or time-out, the next caller calls again and gets the same refund.
//   3. With the row locked: write the refund as COMPLETED, the payment's status and the postings, in one transaction.
// finish-refund.ts contains 2 and 3. Because of the row lock, the refunds of a payment never exceed the captured amount.
// The provider knows more than we do when it refused: somebody has refunded there, or the buyer disputes the payment. Then that is
// recorded first, and the request is judged once more. A refusal moved no money, so its key is free for another attempt.
import type { EntityManager } from 'typeorm';
import { boolean, numeric, text, uuid } from '../../platform/database/column.ts';
import { changeStatement, oneRowStatement, statement } from '../../platform/database/statement.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import {
  type IdempotencyKey,
  isIdempotencyKey,
  isPaymentId,
  newRefundId,
  type PaymentId,
  type RefundId,
  type Unparsed,
} from '../../platform/values/ids.ts';
import { parseInput } from '../../platform/values/input.ts';
import {
  fromMinorUnits,
  fromNumeric,
  type Money,
  parsePositiveMoney,
  toMinorUnits,
} from '../../platform/values/money.ts';
import { badInput } from '../../platform/values/refusal.ts';
import { isReadableText } from '../../platform/values/text.ts';
import { refuse } from './errors.ts';
import { finishRefund } from './finish-refund.ts';
import { countLeft } from './ledger/movement.ts';
import type { Own } from './own.ts';
import { lockPayment, type PaymentRow } from './payment.ts';
import { getSourceStatuses } from './payment-status.ts';
import { type RefundRow, refundRow } from './refund.ts';

interface RefundRequest {
  paymentId: PaymentId;
  /** Null means all that is left. */
  amount: Money | null;
  reason: string;
  idempotencyKey: IdempotencyKey;
}

/** Refusals: PAYMENT_NOT_FOUND, PAYMENT_NOT_REFUNDABLE, REFUND_TOO_LARGE, REFUND_CONFLICT, IDEMPOTENCY_KEY_INVALID, BAD_USER_INPUT. */
export async function refundPayment(
  ctx: RequestContext<Own>,
  input: {
    paymentId: Unparsed<PaymentId>;
    amount?: Money | null;
    reason: string;
    idempotencyKey: Unparsed<IdempotencyKey>;
  },
): Promise<PaymentRow> {
  const request = parseRequest(input);
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const { payment, refund } = await ctx.db.transaction((tx) => reserveRefund(tx, request));
    if (refund.status === 'COMPLETED') return payment;
    const outcome = await finishRefund(ctx, refund, ctx.signal);
    if (!outcome.isRefused) return outcome.payment;
  }
  throw refuse('PAYMENT_NOT_REFUNDABLE');
}

function parseRequest(input: Parameters<typeof refundPayment>[1]): RefundRequest {
  const { amount = null } = input;
  return parseInput({
    paymentId: () => parsePaymentId(input.paymentId),
    amount: () => (amount === null ? null : parsePositiveMoney(amount)),
    reason: () => parseReason(input.reason),
    idempotencyKey: () => parseIdempotencyKey(input.idempotencyKey),
  });
}

function parsePaymentId(id: Unparsed<PaymentId>): PaymentId {
  if (!isPaymentId(id)) throw refuse('PAYMENT_NOT_FOUND');
  return id;
}

function parseReason(text: string): string {
  const reason = text.trim();
  if (reason === '' || [...reason].length > 500) throw badInput('reason', 'must have 1 to 500 characters');
  if (!isReadableText(reason))
    throw badInput('reason', 'must have no control characters or invisible characters');
  return reason;
}

function parseIdempotencyKey(key: Unparsed<IdempotencyKey>): IdempotencyKey {
  if (!isIdempotencyKey(key)) throw refuse('IDEMPOTENCY_KEY_INVALID');
  return key;
}

export const sameKeyOrPendingRefundsStatement = statement({
  text: `SELECT * FROM payments.refund WHERE payment_id = $1 AND (idempotency_key = $2 OR status = 'PENDING')`,
  params: [uuid<PaymentId>(), text<IdempotencyKey>()],
  row: refundRow,
});

/** Phase 1: finds the refund of this key, or records a new one that reserves its amount. */
async function reserveRefund(
  tx: EntityManager,
  request: RefundRequest,
): Promise<{ payment: PaymentRow; refund: RefundRow }> {
  const payment = await lockPayment(tx, request.paymentId);
  if (payment === null) throw refuse('PAYMENT_NOT_FOUND');
  if (request.amount !== null && request.amount.currency !== payment.currency) {
    throw badInput('amount', `must be in ${payment.currency}, as the payment is`);
  }
  const refunds = await sameKeyOrPendingRefundsStatement.run(tx, [payment.id, request.idempotencyKey]);
  const repeated = refunds.find(({ idempotency_key }) => idempotency_key === request.idempotencyKey);
  if (repeated !== undefined) requireSameAmount(repeated, request);
  if (repeated !== undefined && repeated.status !== 'FAILED') return { payment, refund: repeated };

  if (!getSourceStatuses('REFUNDED').includes(payment.status)) throw refuse('PAYMENT_NOT_REFUNDABLE');
  const underWay = refunds.filter(({ status }) => status === 'PENDING');
  const money = computeAmount(payment, underWay, request);
  const refund =
    repeated === undefined
      ? await insertRefund(tx, payment, request, money)
      : await renewRefund(tx, repeated, money);
  return { payment, refund };
}

/** Refuses REFUND_CONFLICT when a repeat asks for another amount. */
function requireSameAmount(refund: RefundRow, { amount }: RefundRequest): void {
  const isSame =
    amount === null
      ? refund.is_remainder
      : !refund.is_remainder && amount.amount === fromNumeric(refund.amount, refund.currency).amount;
  if (!isSame) throw refuse('REFUND_CONFLICT');
}

/** Computes the amount to refund. It is at most what is neither refunded, disputed nor reserved by pending refunds. */
function computeAmount(
  payment: PaymentRow,
  underWay: readonly RefundRow[],
  { amount }: RefundRequest,
): Money {
  const minor = (text: string) => toMinorUnits(fromNumeric(text, payment.currency));
  const reserved = underWay.reduce((sum, refund) => sum + minor(refund.amount), 0n);
  const unreserved = countLeft(payment) - reserved;
  const left = unreserved > 0n ? unreserved : 0n;
  const wanted = amount === null ? left : toMinorUnits(amount);
  if (wanted > left || left === 0n)
    throw refuse('REFUND_TOO_LARGE', { left: fromMinorUnits(left, payment.currency) });
  return fromMinorUnits(wanted, payment.currency);
}

export const insertRefundStatement = oneRowStatement({
  text: `INSERT INTO payments.refund (id, payment_id, idempotency_key, status, amount, currency, is_remainder, reason)
     VALUES ($1, $2, $3, 'PENDING', $4, $5, $6, $7) RETURNING *`,
  params: [uuid<RefundId>(), uuid<PaymentId>(), text<IdempotencyKey>(), numeric(), text(), boolean(), text()],
  row: refundRow,
});

async function insertRefund(
  tx: EntityManager,
  payment: PaymentRow,
  request: RefundRequest,
  { amount, currency }: Money,
): Promise<RefundRow> {
  const [refund] = await insertRefundStatement.run(tx, [
    newRefundId(),
    payment.id,
    request.idempotencyKey,
    amount,
    currency,
    request.amount === null,
    request.reason,
  ]);
  return refund;
}

export const renewRefundStatement = changeStatement({
  text: `UPDATE payments.refund SET id = $2, amount = $3, status = 'PENDING', updated_at = now()
     WHERE id = $1 AND status = 'FAILED' RETURNING *`,
  params: [uuid<RefundId>(), uuid<RefundId>(), numeric()],
  row: refundRow,
});

/** Gives a refund that was refused a new id, because the provider has refused the earlier one for good. It has no postings yet. */
async function renewRefund(tx: EntityManager, { id }: RefundRow, { amount }: Money): Promise<RefundRow> {
  const [[renewed]] = await renewRefundStatement.run(tx, [id, newRefundId(), amount]);
  if (renewed === undefined) throw new Error(`refund ${id} is not FAILED, although its payment is locked`);
  return renewed;
}

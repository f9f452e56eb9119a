// refundPayment: gives money back, in three phases like createPayment, so that the same key finishes what a crash left.
//   1. under the payment's row lock: check what is left, record a PENDING refund, commit. It reserves its amount.
//   2. call the provider with the refund's id. Crash or time-out: who comes next calls again and gets the same refund.
//   3. under the row lock: refund COMPLETED, status and ledger, in one transaction. 2 and 3 are in finish-refund.ts.
// Refunds of one payment agree on the row lock: together they never exceed what was captured.
import type { EntityManager } from 'typeorm';
import { boolean, numeric, text, uuid } from '../../platform/database/column.ts';
import { oneRowStatement, statement } from '../../platform/database/statement.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import {
  asIdempotencyKey,
  type IdempotencyKey,
  isPaymentId,
  newRefundId,
  type PaymentId,
  type RefundId,
  type Unparsed,
} from '../../platform/values/ids.ts';
import {
  fromMinorUnits,
  fromNumeric,
  type Money,
  parsePositiveMoney,
  toMinorUnits,
} from '../../platform/values/money.ts';
import { badInput } from '../../platform/values/refusal.ts';
import { refuse } from './errors.ts';
import { finishRefund } from './finish-refund.ts';
import type { Own } from './own.ts';
import { lockPayment, type PaymentRow } from './payment.ts';
import { sourcesOf } from './payment-status.ts';
import { type RefundRow, refundRow } from './refund.ts';

interface RefundRequest {
  paymentId: PaymentId;
  /** Null asks for all that is left. */
  amount: Money | null;
  reason: string;
  idempotencyKey: IdempotencyKey;
}

/** Refusals: PAYMENT_NOT_FOUND, PAYMENT_NOT_REFUNDABLE, REFUND_TOO_LARGE, REFUND_CONFLICT, BAD_USER_INPUT. */
export async function refundPayment(
  ctx: RequestContext<Own>,
  input: {
    paymentId: Unparsed<PaymentId>;
    amount?: Money | null;
    reason: string;
    idempotencyKey: Unparsed<IdempotencyKey>;
  },
): Promise<PaymentRow> {
  const request = checkedRequest(input);
  const { payment, refund } = await ctx.db.transaction((tx) => reserve(tx, request));
  if (refund.status === 'FAILED') throw refuse('PAYMENT_NOT_REFUNDABLE');
  if (refund.status === 'COMPLETED') return payment;

  const refunded = await finishRefund(ctx, refund, ctx.signal);
  if (refunded === null) throw refuse('PAYMENT_NOT_REFUNDABLE');
  return refunded;
}

function checkedRequest(input: Parameters<typeof refundPayment>[1]): RefundRequest {
  if (!isPaymentId(input.paymentId)) throw refuse('PAYMENT_NOT_FOUND');
  const reason = input.reason.trim();
  if (reason === '' || [...reason].length > 500) throw badInput('reason', 'must have 1 to 500 characters');
  const idempotencyKey = asIdempotencyKey(input.idempotencyKey);
  const keyLength = [...idempotencyKey].length;
  if (keyLength < 1 || keyLength > 200) throw badInput('idempotencyKey', 'must have 1 to 200 characters');
  const amount =
    input.amount === null || input.amount === undefined ? null : parsePositiveMoney(input.amount);
  return { paymentId: input.paymentId, amount, reason, idempotencyKey };
}

export const refundsInTheWayStatement = statement({
  text: `SELECT * FROM payments.refund WHERE payment_id = $1 AND (idempotency_key = $2 OR status = 'PENDING')`,
  params: [uuid<PaymentId>(), text<IdempotencyKey>()],
  row: refundRow,
});

/** Phase 1: the refund this key stands for, or a new one that reserves its amount. */
async function reserve(
  tx: EntityManager,
  request: RefundRequest,
): Promise<{ payment: PaymentRow; refund: RefundRow }> {
  const payment = await lockPayment(tx, request.paymentId);
  if (payment === null) throw refuse('PAYMENT_NOT_FOUND');
  if (request.amount !== null && request.amount.currency !== payment.currency) {
    throw badInput('amount', `must be in ${payment.currency}, as the payment is`);
  }
  const refunds = await refundsInTheWayStatement.run(tx, [payment.id, request.idempotencyKey]);
  const same = refunds.find(({ idempotency_key }) => idempotency_key === request.idempotencyKey);
  if (same !== undefined) return { payment, refund: unlessOther(same, request) };

  if (!sourcesOf('REFUNDED').includes(payment.status)) throw refuse('PAYMENT_NOT_REFUNDABLE');
  return {
    payment,
    refund: await insertRefund(tx, payment, request, amountWithin(payment, refunds, request)),
  };
}

function unlessOther(refund: RefundRow, { amount }: RefundRequest): RefundRow {
  const isSame =
    amount === null
      ? refund.is_remainder
      : !refund.is_remainder && amount.amount === fromNumeric(refund.amount, refund.currency).amount;
  if (!isSame) throw refuse('REFUND_CONFLICT');
  return refund;
}

/** The amount to refund, within what is neither given back nor reserved by refunds that are under way. */
function amountWithin(payment: PaymentRow, underWay: readonly RefundRow[], { amount }: RefundRequest): Money {
  const minor = (text: string) => toMinorUnits(fromNumeric(text, payment.currency));
  const reserved = underWay.reduce((sum, refund) => sum + minor(refund.amount), 0n);
  const left = minor(payment.amount) - minor(payment.refunded) - reserved;
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

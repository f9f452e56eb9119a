// The rows that the page shows, as any of the clients hands them over, and how amounts and times are written.
import type { CancelReason, PaymentStatus, PurchaseStatus } from '../graph/__generated__/graphql.ts';

export interface ShownMoney {
  readonly amount: string;
  readonly currency: string;
}

export interface ShownProduct {
  readonly id: string;
  readonly name: string;
  readonly stock: number;
  readonly price: ShownMoney;
}

export interface ShownPurchase {
  readonly id: string;
  readonly status: PurchaseStatus;
  readonly cancelReason?: CancelReason | null | undefined;
  readonly createdAt: string;
  readonly total?: ShownMoney | null | undefined;
  readonly payment?: { readonly status: PaymentStatus } | null | undefined;
  readonly lines: readonly {
    readonly id: string;
    readonly quantity: number;
    readonly name?: string | null | undefined;
    readonly product?: { readonly name: string } | null | undefined;
  }[];
}

/** What the form says of a purchase that was just made. */
export type Bought = Pick<ShownPurchase, 'status' | 'cancelReason'>;

/** Formats the exact text: Intl takes decimal text as it is, so that it never becomes a binary number. */
export function formatMoney({ amount, currency }: ShownMoney): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(amount as `${number}`);
}

export function formatTime(time: string): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));
}

/** PAYMENT_DECLINED → "payment declined". */
export function formatCode(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

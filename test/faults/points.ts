// Every crash point (platform/process/crash-point.ts), and the card with which a purchase reaches it.
import { stepNames } from '../../subgraphs/purchases/step.ts';
import type { ServiceName } from './services.ts';

export interface CrashCase {
  service: ServiceName;
  point: string;
}

/** The steps of the row engine and the operations of the participants, which have a crash point before and after each. */
const operations: readonly [ServiceName, readonly string[]][] = [
  ['purchases', stepNames],
  ['products', ['ReserveStock', 'CommitStock', 'ReleaseStock']],
  ['payments', ['CreatePayment', 'CapturePayment', 'VoidPayment']],
];

/** The crash points between the phases of payments: see subgraphs/payments/create-payment.ts. */
const phases = [
  'after recording the intent',
  'after the provider authorized',
  'after the provider captured',
  'after the provider voided',
];

export const crashCases: readonly CrashCase[] = [
  ...operations.flatMap(([service, names]) =>
    names.flatMap((name) => [
      { service, point: `before ${name}` },
      { service, point: `after ${name}` },
    ]),
  ),
  ...phases.map((point) => ({ service: 'payments' as const, point })),
];

/** Chooses the card with which a purchase reaches a crash point. After `tok_error` there is a payment to void at the provider. */
export function chooseCard(point: string): string {
  if (point.includes('give up')) return 'tok_lapse';
  if (point.includes('provider voided')) return 'tok_error';
  return /cancel|void|release/i.test(point) ? 'tok_decline' : 'tok_approve';
}

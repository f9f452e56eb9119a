// Every named place where a process can be killed (platform/process/crash-point.ts), and what to buy so that it is reached.
import { stepNames } from '../../subgraphs/purchases/step.ts';
import type { ServiceName } from './services.ts';

export interface CrashCase {
  service: ServiceName;
  point: string;
}

/** Steps that the row engine marks, and operations that the executors of the participants mark. */
const operations: readonly [ServiceName, readonly string[]][] = [
  ['purchases', stepNames],
  ['products', ['ReserveStock', 'CommitStock', 'ReleaseStock']],
  ['payments', ['CreatePayment', 'CapturePayment', 'VoidPayment']],
];

/** Between the phases of payments: see subgraphs/payments/create-payment.ts. */
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

/** The card with which a purchase comes by a point. One that fails at the provider leaves a payment there is something to void of. */
export function chooseCard(point: string): string {
  if (point.includes('provider voided')) return 'tok_error';
  return /cancel|void|release/i.test(point) ? 'tok_decline' : 'tok_approve';
}

// The crash points (platform/process/crash-point.ts) that leave different states, and the card with which a purchase reaches each.
import { type StepName, stepNames } from '../../subgraphs/purchases/step.ts';
import type { ServiceName } from './services.ts';

export interface CrashCase {
  service: ServiceName;
  point: string;
}

/**
 * The steps that follow no step that was done: the first one, and those that follow a refusal. A crash before any other step leaves
 * what a crash after its predecessor leaves, because the saga writes nothing between two steps.
 */
const stepsAfterNoStep: readonly StepName[] = ['reserve stock', 'begin to cancel', 'give up'];

/** The operations of the participants, which have a crash point before and after each. */
const operations: readonly [ServiceName, readonly string[]][] = [
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
  ...stepsAfterNoStep.map((name) => ({ service: 'purchases' as const, point: `before ${name}` })),
  ...stepNames.map((name) => ({ service: 'purchases' as const, point: `after ${name}` })),
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

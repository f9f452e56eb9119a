// Buyers, as they are: they repeat themselves under the same key until they know how their purchase ended, or go away.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Viewer } from '../../platform/identity/viewer.ts';
import { newAccountId, newSessionId } from '../../platform/values/ids.ts';
import { query } from '../support/databases.ts';
import {
  findBrokenInvariants,
  findChangedAnswers,
  type RepeatedAnswer,
  type Violation,
} from './invariants.ts';
import type { ServiceName, ServiceResponse, Services } from './services.ts';
import { readRecordedState } from './truth.ts';

export interface Order {
  viewer: Viewer;
  input: {
    lines: { productId: string; quantity: number }[];
    paymentToken: string;
    idempotencyKey: string;
  };
}

/** What a buyer is told for good: the purchase as it ended, or a refusal. */
export interface FinalAnswer {
  order: Order;
  purchaseId: string | null;
  answer: unknown;
}

const purchase = `mutation Purchase($input: PurchaseInput!) { purchase(input: $input) {
  id status cancelReason total { amount currency } payment { id } buyer { id }
  lines { quantity name unitPrice { amount currency } product { id } } createdAt updatedAt
} }`;

/** A new order of a new buyer under a new key. */
export function createOrder(paymentToken: string, lines: Order['input']['lines']): Order {
  const ids = { accountId: newAccountId(), sessionId: newSessionId() };
  const viewer = { kind: 'account', ...ids, roles: ['CUSTOMER'] } as const;
  return { viewer, input: { lines, paymentToken, idempotencyKey: randomUUID() } };
}

/** Asks once. Null when there was no answer, or none that is final: then the purchase may be anywhere. */
export async function buyOnce(
  services: Services,
  instance: ServiceName,
  order: Order,
  signal?: AbortSignal,
): Promise<FinalAnswer | null> {
  return findFinalAnswer(order, await ask(services, instance, order, signal).catch(() => null));
}

function ask(services: Services, instance: ServiceName, { input, viewer }: Order, signal?: AbortSignal) {
  return services.ask(instance, purchase, { input }, viewer, signal);
}

function findFinalAnswer(order: Order, reply: ServiceResponse | null): FinalAnswer | null {
  const code = reply?.errors?.[0]?.extensions.code;
  if (code !== undefined && code !== 'INTERNAL_SERVER_ERROR')
    return { order, purchaseId: null, answer: code };
  const answer = reply?.data?.purchase;
  const hasEnded = answer?.status === 'COMPLETED' || answer?.status === 'CANCELLED';
  return hasEnded ? { order, purchaseId: answer.id, answer } : null;
}

/** What is said now: the answer where it is final, and else whatever came in its place. */
async function askAgain(services: Services, instance: ServiceName, order: Order): Promise<unknown> {
  try {
    const reply = await ask(services, instance, order);
    return findFinalAnswer(order, reply)?.answer ?? { instance, reply };
  } catch (cause) {
    return { instance, cause: inspect(cause) };
  }
}

/** Asks until there is a final answer. Null when there is none within 40 seconds: then I9 is broken, and will be found so. */
export async function buyUntilEnded(
  services: Services,
  instance: () => ServiceName,
  order: Order,
): Promise<FinalAnswer | null> {
  const deadline = Date.now() + 40_000;
  while (Date.now() < deadline) {
    const answer = await buyOnce(services, instance(), order);
    if (answer !== null) return answer;
    await sleep(50);
  }
  return null;
}

/** Waits until no purchase is under way any more, whoever still asks about it; not for ever: I9 is judged afterwards. */
export async function waitUntilAllEnded(services: Services, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const underWay = `SELECT FROM purchases.purchase WHERE status NOT IN ('COMPLETED', 'CANCELLED') LIMIT 1`;
  while (Date.now() < deadline) {
    if ((await query(services.databases('purchases').owner, underWay)).length === 0) return;
    await sleep(50);
  }
}

/** How many repeats are asked for at the same time. */
const maxConcurrentRepeats = 20;

/** Everything that is broken, now that all is calm: what the databases and the provider say, and what clients hear again. */
export async function findViolations(
  services: Services,
  acknowledged: readonly FinalAnswer[],
  instances: readonly ServiceName[] = ['purchases'],
): Promise<Violation[]> {
  const heard: RepeatedAnswer[] = [];
  for (const instance of instances) {
    for (let from = 0; from < acknowledged.length; from += maxConcurrentRepeats) {
      const asked = acknowledged
        .slice(from, from + maxConcurrentRepeats)
        .map(async ({ order, purchaseId, answer }) => ({
          purchaseId,
          first: answer,
          again: await askAgain(services, instance, order),
        }));
      heard.push(...(await Promise.all(asked)));
    }
  }
  const truth = await readRecordedState({
    databases: (name) => services.databases(name).owner,
    provider: services.provider,
    initialStock: services.initialStock,
  });
  return [...findBrokenInvariants(truth), ...findChangedAnswers(heard)];
}

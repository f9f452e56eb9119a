// Clients that buy: they repeat a request with the same idempotency key until they know how the purchase ended, or give up.
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
import { readRecordedState } from './recorded-state.ts';
import type { ServiceName, ServiceResponse, Services } from './services.ts';

export interface Order {
  viewer: Viewer;
  input: {
    lines: { productId: string; quantity: number }[];
    paymentToken: string;
    idempotencyKey: string;
  };
}

/** The final answer to a buyer: the purchase as it ended, or the code of a refusal. */
export interface FinalAnswer {
  order: Order;
  purchaseId: string | null;
  answer: unknown;
}

const purchase = `mutation Purchase($input: PurchaseInput!) { purchase(input: $input) {
  id status cancelReason total { amount currency } payment { id } buyer { id }
  lines { quantity name unitPrice { amount currency } product { id } } createdAt updatedAt
} }`;

/** Creates an order of a new buyer with a new idempotency key. */
export function createOrder(paymentToken: string, lines: Order['input']['lines']): Order {
  const ids = { accountId: newAccountId(), sessionId: newSessionId() };
  const viewer = { kind: 'account', ...ids, roles: ['CUSTOMER'] } as const;
  return { viewer, input: { lines, paymentToken, idempotencyKey: randomUUID() } };
}

/** Sends the order once. Returns null without a final answer: then the purchase can be in any state. */
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

/** After these, a client sends the same request again: what has happened is open, or nothing has. */
const repeatedCodes: readonly unknown[] = ['INTERNAL_SERVER_ERROR', 'UNAVAILABLE'];

function findFinalAnswer(order: Order, reply: ServiceResponse | null): FinalAnswer | null {
  const code = reply?.errors?.[0]?.extensions.code;
  if (code !== undefined && !repeatedCodes.includes(code)) return { order, purchaseId: null, answer: code };
  const answer = reply?.data?.purchase;
  const hasEnded = answer?.status === 'COMPLETED' || answer?.status === 'CANCELLED';
  return hasEnded ? { order, purchaseId: answer.id, answer } : null;
}

/** Repeats an order: returns the final answer, or else the response or error that came in its place. */
async function askAgain(services: Services, instance: ServiceName, order: Order): Promise<unknown> {
  try {
    const reply = await ask(services, instance, order);
    return findFinalAnswer(order, reply)?.answer ?? { instance, reply };
  } catch (cause) {
    return { instance, cause: inspect(cause) };
  }
}

/** Repeats an order until there is a final answer. Returns null after 40 seconds: then findViolations reports that I9 is broken. */
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

/** Waits until all purchases have ended, or for the timeout: findViolations checks I9 afterwards. */
export async function waitUntilAllEnded(purchasesUrl: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const underWay = `SELECT FROM purchases.purchase WHERE status NOT IN ('COMPLETED', 'CANCELLED') LIMIT 1`;
  while (Date.now() < deadline) {
    if ((await query(purchasesUrl, underWay)).length === 0) return;
    await sleep(50);
  }
}

/** How many repeats run concurrently. */
const maxConcurrentRepeats = 20;

/** Finds every broken invariant in the databases, in the charges of the provider, and in the answers to repeated orders. */
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
  const state = await readRecordedState({
    databases: (name) => services.databases(name).owner,
    provider: services.provider,
    initialStock: services.initialStock,
  });
  return [...findBrokenInvariants(state), ...findChangedAnswers(heard)];
}

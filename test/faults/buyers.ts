// Buyers during chaos. Some hang up early, some ask two instances at once, some give up, and some have cards that fail.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import { buyOnce, buyUntilEnded, createOrder, type FinalAnswer, type Order } from './clients.ts';
import type { ServiceName, Services } from './services.ts';

/** Most cards work; the others fail in every way that the provider knows. */
const cards = [
  ...Array<string>(8).fill('tok_approve'),
  'tok_decline',
  'tok_timeout',
  'tok_timeout',
  'tok_flaky',
  'tok_flaky',
  'tok_error',
  'tok_lapse',
  'tok_unknown',
];

export interface Shop {
  products: readonly string[];
  instances: readonly ServiceName[];
}

/** Buys one order after another until the signal aborts, and returns every final answer. */
export async function buyOneAfterAnother(
  services: Services,
  random: Random,
  { products, instances }: Shop,
  signal: AbortSignal,
): Promise<FinalAnswer[]> {
  const heard: FinalAnswer[] = [];
  while (!signal.aborted) {
    const productIds = random.chance(0.3) ? products : [random.pick(products)];
    const order = createOrder(
      random.pick(cards),
      productIds.map((productId) => ({ productId, quantity: random.between(1, 3) })),
    );
    heard.push(...(await buyWithRepeats(services, random, order, instances, signal)));
  }
  return heard;
}

/** Sends one order, to one or two instances, with random timeouts; repeats it with the same key, or gives up. */
async function buyWithRepeats(
  services: Services,
  random: Random,
  order: Order,
  instances: Shop['instances'],
  signal: AbortSignal,
): Promise<FinalAnswer[]> {
  const givesUp = random.chance(0.15);
  while (!signal.aborted) {
    const asked = random.chance(0.3) ? instances : [random.pick(instances)];
    const answers = await Promise.all(
      asked.map((instance) => {
        const patienceMs = random.pick([30, 100, 400, 3_000, 3_000]);
        return buyOnce(services, instance, order, AbortSignal.timeout(patienceMs));
      }),
    );
    const final = answers.filter((answer) => answer !== null);
    if (final.length > 0 || givesUp) return final;
    await sleep(random.between(0, 200));
  }
  // The disasters are over, and this buyer still waits for a final answer.
  const answer = await buyUntilEnded(services, () => random.pick(instances), order);
  return answer === null ? [] : [answer];
}

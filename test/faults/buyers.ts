// Buyers in a storm: impatient ones who hang up, ones who ask two instances at once, ones who never come back, and cards
// with every kind of trouble.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import { buyOnce, buyUntilEnded, createOrder, type FinalAnswer, type Order } from './clients.ts';
import type { ServiceName, Services } from './services.ts';

/** Most buyers are well, some have cards with every kind of trouble. */
const cards = [
  ...Array<string>(8).fill('tok_approve'),
  'tok_decline',
  'tok_timeout',
  'tok_timeout',
  'tok_flaky',
  'tok_flaky',
  'tok_error',
  'tok_unknown',
];

export interface Shop {
  products: readonly string[];
  instances: readonly ServiceName[];
}

/** One buyer after another until the time is over; every final answer that any of them heard. */
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

/** Asks, perhaps twice at once, perhaps hanging up; comes back with the same key, or never. */
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
  // The storm is over, and this one still wants to know.
  const answer = await buyUntilEnded(services, () => random.pick(instances), order);
  return answer === null ? [] : [answer];
}

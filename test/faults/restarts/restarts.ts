// Replaces instances one after the other while customers use the shop and staff of the provider refund. No request and no event of the
// provider may fail, and every purchase has to complete once, with its stock, its ledger and its refunds right. The last purchase begins while the provider does not answer, and its instance ends meanwhile.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseUrls } from '../../../platform/process/database-urls.ts';
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { required } from '../../support/required.ts';
import { waitUntilAllEnded } from '../clients.ts';
import { findBrokenInvariants } from '../invariants.ts';
import { type RecordedState, readRecordedState } from '../recorded-state.ts';
import { openBalancer } from './balancer.ts';
import { buyOne, type Counts, createCustomer, createProduct, useShop } from './customers.ts';
import { type Fleet, type FleetInstance, openFleet } from './fleet.ts';
import { openEventProxy, refundAmount, refundAtProvider } from './provider-events.ts';

export interface RestartsOptions {
  urls: ReadonlyMap<string, DatabaseUrls>;
  restarts: number;
  seed: number;
  resources: OpenResources;
  /** Called with each instance that has been replaced. */
  report?: (name: string) => void;
  ending?: AbortSignal;
}

export interface RestartsResult extends Counts {
  restarts: number;
  /** The number of purchases in the database with each status. */
  statuses: Record<string, number>;
  violations: string[];
  /** How many of the refunds at the provider payments has recorded at last. */
  recordedRefunds: number;
  /** The status of the purchase whose instances were replaced while the provider did not answer, at the response and at last. */
  takenOver: { first: string; last: string };
}

const stock = 1_000_000;

export async function runRestarts(options: RestartsOptions): Promise<RestartsResult> {
  const { urls, resources, seed, report = () => {}, ending } = options;
  const counts: Counts = { queries: 0, purchases: 0, refunds: 0, events: 0, failures: [] };
  const fleet = await openFleet(urls, resources, async (origins) => {
    const proxy = await openEventProxy(origins, counts);
    resources.add('proxy for events', proxy.stop);
    return proxy.url;
  });
  const balancer = openBalancer(fleet.origins('gateway'));
  resources.add('balancer', balancer.stop);
  const getOwner = (name: string) => required(urls.get(name), `${name} has a database`).owner;
  const token = await createCustomer(balancer, getOwner('accounts'));
  const productId = await createProduct(balancer, token, stock);

  const done = new AbortController();
  const using = Promise.all([
    useShop(balancer, { token, productId, readers: 2, buyers: 2 }, counts, done.signal),
    refundAtProvider(fleet.provider, counts, done.signal),
  ]);
  const restarts = await replaceInstances(
    fleet,
    createRandom(seed),
    options.restarts,
    report,
    ending,
  ).finally(() => done.abort());
  await using;
  // What fails from here on is not counted: the provider stops, so that payments cannot answer its events.
  const whileReplaced = structuredClone(counts);

  const pending = await buyWhileReplaced(fleet, () => buyOne(balancer, token, productId));
  await waitUntilAllEnded(getOwner('purchases'), 60_000);
  const readState = () =>
    readRecordedState({
      databases: getOwner,
      provider: fleet.provider,
      initialStock: new Map([[productId, stock]]),
    });
  let state = await readState();
  // The events of the last refunds may be on their way.
  for (const giveUpAt = Date.now() + 30_000; Date.now() < giveUpAt; state = await readState()) {
    if (countRefunds(state) === counts.refunds && findBrokenInvariants(state).length === 0) break;
    await sleep(200);
  }
  const statuses: Record<string, number> = {};
  for (const { status } of state.purchases) statuses[status] = (statuses[status] ?? 0) + 1;
  const last = state.purchases.find(({ id }) => id === pending.id)?.status ?? 'not there';
  const violations = findBrokenInvariants(state).map(({ invariant, problem }) => `${invariant}: ${problem}`);
  const takenOver = { first: pending.status, last };
  return {
    ...whileReplaced,
    restarts,
    statuses,
    violations,
    recordedRefunds: countRefunds(state),
    takenOver,
  };
}

/** Every refund is of the same amount. */
function countRefunds({ payments }: RecordedState): number {
  return Math.round(payments.reduce((sum, { refunded }) => sum + Number(refunded), 0) / Number(refundAmount));
}

/** Two at a time, of different services, until `wanted` were replaced: each of the fleet once before any of them again. */
async function replaceInstances(
  { instances }: Fleet,
  random: Random,
  wanted: number,
  report: (name: string) => void,
  ending: AbortSignal | undefined,
): Promise<number> {
  let begun = 0;
  let queue: FleetInstance[] = [];
  const busy = new Set<string>();
  const hand = async (): Promise<void> => {
    while (begun < wanted && !ending?.aborted) {
      if (queue.length === 0) queue = shuffle(instances, random);
      const index = queue.findIndex(({ name }) => !busy.has(getService(name)));
      const [instance] =
        index === -1
          ? shuffle(instances, random).filter(({ name }) => !busy.has(getService(name)))
          : queue.splice(index, 1);
      if (instance === undefined) return;
      const service = getService(instance.name);
      begun += 1;
      busy.add(service);
      await instance.stop();
      await instance.start();
      // Callers find out that it is back before its neighbour goes.
      await sleep(2_000);
      busy.delete(service);
      report(instance.name);
    }
  };
  await Promise.all([hand(), hand()]);
  return begun;
}

const getService = (name: string) => name.split(' ')[0] ?? name;

function shuffle<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

/** Begins a purchase while the provider does not answer, replaces one instance of purchases and ends the other: its own is one of them. */
async function buyWhileReplaced(
  { instances, provider }: Fleet,
  buy: () => Promise<{ id: string; status: string }>,
): Promise<{ id: string; status: string }> {
  provider.signal('SIGSTOP');
  try {
    const begun = await buy();
    const [one, other] = instances.filter(({ name }) => getService(name) === 'purchases');
    await one?.stop();
    await one?.start();
    await other?.stop();
    return begun;
  } finally {
    provider.signal('SIGCONT');
  }
}

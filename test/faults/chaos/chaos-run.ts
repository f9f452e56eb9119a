// Chaos: impatient buyers repeat their requests against a shop in which processes, connections and networks fail all the time.
// After each round the disasters stop until all purchases have ended; then every invariant must hold. The seed decides which
// disasters happen. The machine decides the exact moments, so that a seed repeats the kind of trouble, not its timing.
import type { DatabaseUrls } from '../../../platform/process/database-urls.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { buyOneAfterAnother } from '../buyers.ts';
import {
  buyUntilEnded,
  createOrder,
  type FinalAnswer,
  findViolations,
  waitUntilAllEnded,
} from '../clients.ts';
import type { Violation } from '../invariants.ts';
import { startProxy, type TcpProxy } from '../proxy.ts';
import { type ServiceName, type SubgraphName, startServices } from '../services.ts';
import { findUnfollowed } from './at-provider.ts';
import { causeDisasters, type Scene } from './disasters.ts';

export interface ChaosOptions {
  urls: ReadonlyMap<SubgraphName, DatabaseUrls>;
  /** A superuser on the databases' server. */
  adminUrl: string;
  seed: number;
  report?: (line: string) => void;
}

export interface Round {
  violations: Violation[];
  disasters: number;
  /** How many final answers buyers received in this round. */
  answers: number;
  /** How many purchases of this round ended with each status or code. */
  outcomes: Record<string, number>;
}

export interface Chaos {
  /** A whole number of milliseconds: timers of signals accept no other. */
  round: (ms: number) => Promise<Round>;
  /** The output of all processes. */
  output: () => string;
  close: () => Promise<void>;
}

const instances = ['purchases', 'purchases-2'] as const;
const buyers = 6;

export async function openChaos({ urls, adminUrl, seed, report = () => {} }: ChaosOptions): Promise<Chaos> {
  const random = createRandom(seed);
  const proxies = new Map<ServiceName, TcpProxy>();
  const closeProxies = () => Promise.all([...proxies.values()].map((wire) => wire.close()));
  const routes = async (name: ServiceName, port: number) => {
    const wire = await startProxy(port);
    proxies.set(name, wire);
    return wire.url;
  };
  const settings = {
    PURCHASES_WAIT_MS: '2000',
    PAYMENTS_PROVIDER_TIMEOUT_MS: '400',
    PAYMENTS_SANDBOX_ANSWER_LATE_MS: '1000',
    PAYMENTS_SWEEP_MS: '200',
    PAYMENTS_FOLLOW_AFTER_SECONDS: '1',
    // Shorter than many purchases take during chaos: a reservation must not expire while its purchase continues.
    PRODUCTS_RESERVATION_MINUTES: '0.03',
    PRODUCTS_SWEEP_MS: '100',
  };
  const services = await startServices({ urls, instances: 2, routes, settings, withEvents: true }).catch(
    async (cause) => {
      await closeProxies();
      throw cause;
    },
  );
  const scene: Scene = { services, proxies, adminUrl, report };
  const acknowledged: FinalAnswer[] = [];
  let rounds = 0;
  return {
    round: async (ms) => {
      rounds += 1;
      const roundRandom = random.fork(`round ${rounds}`);
      const earlier = Array.from({ length: acknowledged.length === 0 ? 0 : 100 }, () =>
        roundRandom.pick(acknowledged),
      );
      const { heard, disasters } = await runStorm(scene, roundRandom, ms);
      for (const name of services.names)
        if (!services.isRunning(name))
          throw new Error(`${name} ended without a disaster: ${services.output(name)}`);
      // After the disasters the shop must sell again.
      const last = createOrder('tok_approve', [{ productId: await services.product(1), quantity: 1 }]);
      const sold = await buyUntilEnded(services, () => 'purchases', last);
      if (sold !== null) heard.push(sold);
      acknowledged.push(...heard);
      // A purchase whose runner released it waits up to 30 seconds for its next run.
      await waitUntilAllEnded(services.databases('purchases').owner, 60_000);
      const unfollowed = await findUnfollowed(services, 60_000);
      const broken = await findViolations(services, [...heard, ...earlier], instances);
      const violations = [...unfollowed, ...broken];
      return { violations, disasters, answers: heard.length, outcomes: countOutcomes(heard) };
    },
    output: () => services.names.map(services.output).join('\n'),
    close: async () => {
      await services.close();
      await closeProxies();
    },
  };
}

async function runStorm(
  scene: Scene,
  random: Random,
  ms: number,
): Promise<{ heard: FinalAnswer[]; disasters: number }> {
  const { services } = scene;
  const signal = AbortSignal.timeout(ms);
  // Plenty of one product and few of the other: some purchases must end out of stock.
  const products = [await services.product(100_000), await services.product(random.between(40, 150))];
  const busy = new Set<string>();
  const disasterCounts = [1, 2].map((hand) =>
    causeDisasters(scene, random.fork(`hand ${hand}`), busy, signal),
  );
  const buying = Array.from({ length: buyers }, (_, buyer) =>
    buyOneAfterAnother(services, random.fork(`buyer ${buyer}`), { products, instances }, signal),
  );
  const disasters = await Promise.all(disasterCounts);
  const heard = await Promise.all(buying);
  return { heard: heard.flat(), disasters: disasters.reduce((sum, count) => sum + count, 0) };
}

function countOutcomes(heard: readonly FinalAnswer[]): Record<string, number> {
  const outcomes: Record<string, number> = {};
  for (const { answer } of heard) {
    const { status, cancelReason } = answer as { status?: string; cancelReason?: string | null };
    const outcome =
      typeof answer === 'string' ? answer : `${status}${cancelReason ? ` ${cancelReason}` : ''}`;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

// Measures what a storm of sign-ins costs clients who are signed in: the p99 of their queries with and without it, in turns, so that
// other load on the machine affects both. Also how long one sign-in from another address takes meanwhile.
import { Pool } from 'undici';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { percentile } from '../measure/figures.ts';
import { type Generator, openGenerator } from '../measure/generator.ts';
import { readMachine } from '../measure/measured.ts';
import { shortLeadIn } from '../measure/rounds.ts';
import type { Options } from '../options.ts';
import { startPeer } from '../processes.ts';
import type { Report } from '../report/report.ts';
import { openDatabases } from '../workloads/shop/databases.ts';
import { measuredVariables } from '../workloads/shop/our-variables.ts';
import { readQuestion } from '../workloads/shop/questions.ts';
import { buildCustomer } from '../workloads/shop/rows.ts';
import { formatSignInsReport, type Round, type StormRow } from './report.ts';
import { signIn, startStorm } from './storm.ts';

const accounts = 50;
const queryingClients = 4;

/** How many sign in at once, and from how many addresses. */
const storms = [
  { clients: 150, addresses: 1 },
  { clients: 500, addresses: 1 },
  { clients: 500, addresses: 100 },
] as const;

/** This process plays a proxy. Without the limit of an address, each attempt is hashed for as long as the storm lasts. */
const variables = { TRUSTED_PROXIES: '127.0.0.1', ACCOUNTS_ATTEMPTS_PER_ADDRESS: '1000000' };

/** Returns the report. */
export async function measureSignIns(
  options: Options,
  { opened, folder, onStep }: { opened: OpenResources; folder: string; onStep: (step: string) => void },
): Promise<Report> {
  const machine = readMachine();
  const rounds = options.rounds ?? (options.isQuick ? 2 : 5);
  const windowMs = options.isQuick ? 4_000 : 10_000;
  const databases = await openDatabases(folder, { accounts, purchasesOfEach: 5, products: 50 }, opened);
  const { url } = await startPeer(
    'peers/one-process.ts',
    { databases: [...databases.urls], variables: { ...measuredVariables, ...variables, DATA_DIR: folder } },
    opened,
  );
  const generator = await openGenerator(opened);
  onStep('warm-up');
  await measureQueries(generator, url, windowMs);
  const rows: StormRow[] = [];
  for (const storm of storms) {
    onStep(`${storm.clients} sign in, from ${storm.addresses} addresses`);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1)
      measured.push(await measureRound(generator, url, storm, windowMs));
    rows.push({ ...storm, rounds: measured });
  }
  return { text: formatSignInsReport(rows, machine) };
}

async function measureRound(
  generator: Generator,
  url: string,
  { clients, addresses }: (typeof storms)[number],
  windowMs: number,
): Promise<Round> {
  const quiet = await measureQueries(generator, url, windowMs);
  const honest = startHonestSignIns(url);
  const storm = startStorm(url, clients, (client) => `198.51.100.${client % addresses}`);
  const stormy = await measureQueries(generator, url, windowMs);
  const honestMs = await honest.stop();
  await storm.stop();
  return { quiet, storm: stormy, counts: storm.counts, honestMs };
}

async function measureQueries(generator: Generator, url: string, ms: number): Promise<Round['quiet']> {
  const headers = Array.from({ length: accounts }, (_, index) => [
    'content-type',
    'application/json',
    'authorization',
    `Bearer ${buildCustomer(index + 1).token}`,
  ]);
  const { bodies } = readQuestion('one-field');
  const load = { connections: queryingClients, first: 0, many: accounts, leadIn: shortLeadIn };
  await generator.open({ url, headers, bodies, ...load });
  const { took } = await generator.run(ms);
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}

/** One client of another address signs in again and again, one attempt after the other. */
function startHonestSignIns(url: string): { stop: () => Promise<number[]> } {
  const pool = new Pool(new URL(url).origin, { connections: 1 });
  const took: number[] = [];
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      const started = performance.now();
      const email = `honest-${took.length}@example.com`;
      const answer = await signIn(pool, '203.0.113.7', email).catch(() => undefined);
      const wasHashed = answer?.code === 'CREDENTIALS_WRONG';
      took.push(wasHashed ? performance.now() - started : Number.POSITIVE_INFINITY);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await running;
      await pool.close();
      return took;
    },
  };
}

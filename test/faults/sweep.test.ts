// SIGKILL at each crash point that leaves a state of its own (points.ts). For each: buyers buy until the process dies at the crash
// point, the test starts it again, and when all purchases have ended every invariant must hold.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cloneDatabase } from '../support/databases.ts';
import {
  buyOnce,
  buyUntilEnded,
  createOrder,
  type FinalAnswer,
  findViolations,
  waitUntilAllEnded,
} from './clients.ts';
import { chooseCard, crashCases } from './points.ts';
import { type Services, startServices, subgraphs } from './services.ts';

let services: Services;
let teapot = '';
const databases: Awaited<ReturnType<typeof cloneDatabase>>[] = [];
const acknowledged: FinalAnswer[] = [];

beforeAll(async () => {
  const adminUrl = inject('adminUrl');
  for (const name of subgraphs) databases.push(await cloneDatabase({ adminUrl, name }));
  const urls = new Map(databases.map((database, index) => [subgraphs[index] ?? 'products', database.urls]));
  services = await startServices({ urls });
  // A process that ends gracefully stores its compiled code, so that each later start takes half as long.
  for (const name of subgraphs) await services.stop(name);
  await Promise.all(subgraphs.map((name) => services.start(name)));
  teapot = await services.product(10_000);
});

afterAll(async () => {
  await services?.close();
  for (const database of databases) await database.drop();
});

/** Four buyers: one has a card with the opposite outcome, and one sends the order only once. */
async function buyAll(point: string): Promise<FinalAnswer[]> {
  const card = chooseCard(point);
  const other = card === 'tok_approve' ? 'tok_decline' : 'tok_approve';
  const answers = await Promise.all(
    [card, other, card, card].map((paymentToken, buyer) => {
      const order = createOrder(paymentToken, [{ productId: teapot, quantity: 1 + buyer }]);
      if (buyer === 3) return buyOnce(services, 'purchases', order);
      return buyUntilEnded(services, () => 'purchases', order);
    }),
  );
  return answers.filter((answer) => answer !== null);
}

test.for(crashCases)('survives a crash of $service $point', async ({ service, point }) => {
  services.killAt(service, point);
  const buyers = buyAll(point);
  expect(await services.waitForExit(service)).toBe('SIGKILL');
  await services.start(service);
  const heard = await buyers;
  await waitUntilAllEnded(services.databases('purchases').owner, 20_000);
  expect(await findViolations(services, heard)).toEqual([]);
  acknowledged.push(...heard);
});

test('sends every buyer the same answer again after all crashes', async () => {
  expect(await findViolations(services, acknowledged)).toEqual([]);
});

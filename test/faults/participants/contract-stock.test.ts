// The contract between products and a purchase: every order of reserve, commit and release, sequential and concurrent, compared
// with stockModel.
import { expect, test } from 'vitest';
import { newId } from '../../../platform/values/uuid.ts';
import {
  commitStock,
  getStock,
  onSale,
  purchases,
  releaseStock,
  reserveStock,
} from '../../products/catalogue.ts';
import { required } from '../../support/required.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import {
  isExplained,
  listSelections,
  listSequences,
  predict,
  type StockCall,
  type StockState,
  stockCalls,
  stockModel,
} from './participant-models.ts';

const products = subgraphTest('products');
const stock = 100_000;

async function callProducts(call: StockCall, purchaseId: string, productId: string): Promise<string> {
  const input = { purchaseId, lines: [{ productId, quantity: 2 }] };
  const [text, variables] = {
    reserve: [reserveStock, { input }] as const,
    commit: [commitStock, { purchaseId }] as const,
    release: [releaseStock, { purchaseId }] as const,
  }[call];
  const { data, errors } = await products.graphql(text, variables, purchases);
  const [answer] = Object.values(data ?? {}) as ({ status: string } | null)[];
  return String(errors?.[0]?.extensions?.code ?? answer?.status);
}

async function readStates(purchaseIds: readonly string[]): Promise<StockState[]> {
  const rows = await products.sql(
    `SELECT purchase_id, status, EXISTS (SELECT FROM products.reservation_line l WHERE l.purchase_id = r.purchase_id) AS held
     FROM products.reservation r WHERE purchase_id = ANY($1)`,
    [purchaseIds],
  );
  const byId = new Map(rows.map((row) => [row.purchase_id, row.held ? row.status : 'tombstone']));
  return purchaseIds.map((id) => byId.get(id) ?? 'none');
}

const countTaken = (states: readonly StockState[]) =>
  2 * states.filter((state) => state === 'HELD' || state === 'COMMITTED').length;

test('answers every sequence of five calls as the model predicts, and holds or sells exactly the units of its states', async () => {
  const { id } = await onSale(products, { stock });
  const cases = listSequences(stockCalls, 5).map((calls) => ({ calls, purchaseId: newId() }));
  const answers = await Promise.all(
    cases.map(async ({ calls, purchaseId }) => {
      const heard: string[] = [];
      for (const call of calls) heard.push(await callProducts(call, purchaseId, id));
      return heard;
    }),
  );
  const states = await readStates(cases.map(({ purchaseId }) => purchaseId));
  const seen = cases.map(({ calls }, index) => ({ calls, answers: answers[index], state: states[index] }));
  expect(seen).toEqual(cases.map(({ calls }) => ({ calls, ...predict(stockModel, 'none', calls) })));
  expect(await getStock(products, id)).toBe(stock - countTaken(states));
});

test('answers any three concurrent calls as if they had come one after another', async () => {
  const { id } = await onSale(products, { stock });
  const beginnings: StockCall[][] = [
    [],
    ['reserve'],
    ['release'],
    ['reserve', 'commit'],
    ['reserve', 'release'],
  ];
  const cases = beginnings.flatMap((first) =>
    listSelections(stockCalls, 3).flatMap((calls) =>
      [0, 1].map(() => ({ first, calls, purchaseId: newId() })),
    ),
  );
  const answers: { call: StockCall; answer: string }[][] = [];
  for (const { first, calls, purchaseId } of cases) {
    for (const call of first) await callProducts(call, purchaseId, id);
    const asked = calls.map(async (call) => ({ call, answer: await callProducts(call, purchaseId, id) }));
    answers.push(await Promise.all(asked));
  }
  const states = await readStates(cases.map(({ purchaseId }) => purchaseId));
  const unexplained = cases
    .map(({ first }, index) => ({
      first,
      answers: answers[index] ?? [],
      state: required(states[index], 'each case has a state'),
    }))
    .filter(({ first, answers: heard, state }) => {
      const beginning = predict(stockModel, 'none', first).state;
      return !isExplained(stockModel, beginning, heard, state);
    });
  expect(unexplained).toEqual([]);
  expect(await getStock(products, id)).toBe(stock - countTaken(states));
});

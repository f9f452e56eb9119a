// What the Restate engine leaves to no server: how a refusal lies in the journal, when a step is given up, how a token is
// sealed, and what is said to those who have not installed it.
import { expect, test } from 'vitest';
import { PeerRefusal } from '../../../platform/subgraph/peer.ts';
import { asPurchaseId } from '../../../platform/values/ids.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import {
  loadRestate,
  type RestateContext,
  type RunOptions,
} from '../../../subgraphs/purchases/restate/sdk.ts';
import { createTokenSeal } from '../../../subgraphs/purchases/restate/sealed-token.ts';
import { createJournaledStep } from '../../../subgraphs/purchases/restate/step.ts';
import { type StepName, StepUnfinished, stepNames } from '../../../subgraphs/purchases/step.ts';

class TerminalError extends Error {}

/** A journal as JSON keeps it: what is in it is answered from it, and what throws is not written down. */
function journal() {
  const entries = new Map<string, string>();
  const options = new Map<string, RunOptions>();
  const restate: RestateContext = {
    key: asPurchaseId('purchase'),
    sleep: async () => {},
    run: async (name, action, given) => {
      options.set(name, given);
      if (!entries.has(name)) entries.set(name, JSON.stringify(await action()));
      return JSON.parse(entries.get(name) ?? '');
    },
  };
  return { options, step: createJournaledStep(restate, { crashPoint: () => {} }, { TerminalError }) };
}

const declined = new PeerRefusal('payments', {
  message: 'The card was refused: no funds.',
  extensions: { code: 'PAYMENT_DECLINED', paymentId: 'p1' },
});
const outOfStock = new Refusal('OUT_OF_STOCK', 'Not enough.', { productId: 'x' });

test.each([declined, outOfStock])(
  'keeps $name as an entry, and throws the same one at a replay without asking again',
  async (refusal) => {
    const { step } = journal();
    let asked = 0;
    const run = async () => {
      asked += 1;
      throw refusal;
    };
    for (const _replay of [1, 2]) {
      const thrown: unknown = await step('create payment', run).catch((cause: unknown) => cause);
      expect(thrown).toBeInstanceOf(refusal.constructor);
      expect(thrown).toMatchObject({
        code: refusal.code,
        message: refusal.message,
        details: refusal.details,
      });
    }
    expect(asked).toBe(1);
  },
);

test('replays answers, also that of a step which answers nothing', async () => {
  const { step } = journal();
  expect(await step('confirm', async () => 'CONFIRMED')).toBe('CONFIRMED');
  expect(await step('confirm', async () => 'never asked')).toBe('CONFIRMED');
  for (const _replay of [1, 2]) expect(await step('commit stock', async () => undefined)).toBeUndefined();
});

test('leaves faults to Restate, and says which step it gave up', async () => {
  const { step } = journal();
  const fault = new Error('connection reset');
  await expect(step('confirm', () => Promise.reject(fault))).rejects.toBe(fault);
  const gaveUp = new TerminalError('three times');
  await expect(step('confirm', () => Promise.reject(gaveUp))).rejects.toThrow(StepUnfinished);
});

test('gives up only steps before the decision', async () => {
  const { step, options } = journal();
  for (const name of stepNames) await step(name, async () => {});
  const bounded = stepNames.filter((name) => options.get(name)?.maxRetryAttempts !== undefined);
  expect(bounded).toEqual<StepName[]>(['reserve stock', 'create payment']);
});

test('opens a sealed token for its purchase alone, in every instance that has the same key', () => {
  const [p1, p2] = [asPurchaseId('p1'), asPurchaseId('p2')];
  const sealed = createTokenSeal('key of the service').seal(p1, 'tok_approve');
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('tok_approve');
  expect(createTokenSeal('key of the service').open(p1, sealed)).toBe('tok_approve');
  expect(createTokenSeal('key of the service').open(p2, sealed)).toBeNull();
  expect(createTokenSeal('another key').open(p1, sealed)).toBeNull();
  expect(createTokenSeal(undefined).open(p1, sealed)).toBeNull();
  expect(createTokenSeal('key of the service').open(p1, 'broken')).toBeNull();
});

test('says what to install when the packages are missing', () => {
  const nowhere = new URL('file:///nowhere/package.json');
  expect(() => loadRestate(nowhere)).toThrow(/npm ci --prefix deploy\/restate/);
});

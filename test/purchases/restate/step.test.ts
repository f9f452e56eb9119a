// The parts of the Restate engine that need no Restate server: how the journal stores a refusal, when a step is given up, how a
// token is sealed, and the error when the packages of Restate are not installed.
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

/** A journal in JSON, as Restate keeps it. A step that is in it is not run again, and a step that throws is not stored. */
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
  'stores $name in the journal, and throws it again at a replay without a second run',
  async (refusal) => {
    const { step } = journal();
    let runs = 0;
    const run = async () => {
      runs += 1;
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
    expect(runs).toBe(1);
  },
);

test('replays results, also that of a step without a result', async () => {
  const { step } = journal();
  expect(await step('confirm', async () => 'CONFIRMED')).toBe('CONFIRMED');
  expect(await step('confirm', async () => 'never run')).toBe('CONFIRMED');
  for (const _replay of [1, 2]) expect(await step('commit stock', async () => undefined)).toBeUndefined();
});

test('leaves faults to Restate, and throws StepUnfinished when Restate gave up', async () => {
  const { step } = journal();
  const fault = new Error('connection reset');
  await expect(step('confirm', () => Promise.reject(fault))).rejects.toBe(fault);
  const giveUp = new TerminalError('three times');
  await expect(step('confirm', () => Promise.reject(giveUp))).rejects.toThrow(StepUnfinished);
});

test('gives up only steps before the decision', async () => {
  const { step, options } = journal();
  for (const name of stepNames) await step(name, async () => {});
  const namesWithLimit = stepNames.filter((name) => options.get(name)?.maxRetryAttempts !== undefined);
  expect(namesWithLimit).toEqual<StepName[]>(['reserve stock', 'create payment']);
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

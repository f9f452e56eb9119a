// A second engine runs the same saga unchanged. It keeps a journal of finished steps, as Restate and DBOS do. The tests kill it
// before and after every step in turn, and run it again from its journal until the purchase has ended.
import { afterEach, describe, expect, test } from 'vitest';
import { PeerRefusal } from '../../platform/subgraph/peer.ts';
import { newAccountId, newPaymentId, newProductId, newPurchaseId } from '../../platform/values/ids.ts';
import type { Money } from '../../platform/values/money.ts';
import type { Participants } from '../../subgraphs/purchases/participants.ts';
import type { PurchaseRow } from '../../subgraphs/purchases/purchase.ts';
import { purchaseSaga } from '../../subgraphs/purchases/purchase-saga.ts';
import type { PurchaseStatus } from '../../subgraphs/purchases/purchase-status.ts';
import { type Step, type StepName, stepNames } from '../../subgraphs/purchases/step.ts';

class Killed extends Error {}

/** A finished step is replayed from the journal, also when it was refused. So no finished step runs twice. */
function journalStep(
  journal: Map<string, unknown>,
  killAt: (name: StepName, when: 'before' | 'after') => boolean,
): Step {
  const occurrences = new Map<StepName, number>();
  return async <Result>(name: StepName, run: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
    // A purchase that turns back and forth runs some steps twice: each occurrence has an entry of its own.
    const occurrence = (occurrences.get(name) ?? 0) + 1;
    occurrences.set(name, occurrence);
    const entry = `${name} ${occurrence}`;
    if (!journal.has(entry)) {
      if (killAt(name, 'before')) throw new Killed();
      const outcome = await run(new AbortController().signal).then(
        (value) => ({ value }),
        (refusal: unknown) => ({ refusal }),
      );
      if (killAt(name, 'after')) throw new Killed();
      journal.set(entry, outcome);
    }
    const outcome = journal.get(entry) as { value: Result } | { refusal: unknown };
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.value;
  };
}

const price: Money = { amount: '12.50', currency: 'EUR' };

/** Participants that keep the promise of the real ones: idempotent for each purchase, with tombstones. */
function world(hold: 'stays' | 'is declined' | 'lapses' | 'seems to lapse') {
  const state = { stock: 'none', payment: 'none', status: 'STARTED' as PurchaseStatus };
  const effects: string[] = [];
  let isRefused = false;
  const once = (key: 'stock' | 'payment', from: string[], to: string) => {
    if (state[key] === to) return;
    if (!from.includes(state[key])) throw new Error(`${key} goes from ${state[key]} to ${to}`);
    state[key] = to;
    effects.push(to);
  };
  const move = async (from: PurchaseStatus, to: PurchaseStatus) => {
    if (state.status === from) state.status = to;
    return state.status;
  };
  const participants: Participants = {
    stock: {
      reserve: async () => {
        once('stock', ['none'], 'held');
        return { lines: [{ productId: newProductId(), name: 'Teapot', unitPrice: price, quantity: 1 }] };
      },
      commit: async () => once('stock', ['held'], 'sold'),
      release: async () => once('stock', ['none', 'held'], 'released'),
    },
    payments: {
      create: async () => {
        const declined = { message: 'declined', extensions: { code: 'PAYMENT_DECLINED' } };
        if (hold === 'is declined') throw new PeerRefusal('payments', declined);
        once('payment', ['none'], 'authorized');
      },
      capture: async () => {
        const gone = { message: 'gone', extensions: { code: 'PAYMENT_HOLD_GONE' } };
        if (hold === 'lapses') throw new PeerRefusal('payments', gone);
        once('payment', ['authorized'], 'captured');
        if (hold !== 'seems to lapse' || isRefused) return;
        isRefused = true;
        throw new PeerRefusal('payments', gone);
      },
      void: async () => {
        if (state.payment === 'captured') return 'captured';
        once('payment', ['none', 'authorized'], 'voided');
        return 'voided';
      },
    },
    transition: {
      confirm: () => move('STARTED', 'CONFIRMED'),
      beginToCancel: () => move('STARTED', 'CANCELLING'),
      giveUp: () => move('CONFIRMED', 'CANCELLING'),
      complete: () => move('CONFIRMED', 'COMPLETED'),
      cancel: () => move('CANCELLING', 'CANCELLED'),
      resume: () => move('CANCELLING', 'CONFIRMED'),
    },
  };
  return { state, effects, participants };
}

const started: PurchaseRow = {
  id: newPurchaseId(),
  account_id: newAccountId(),
  payment_id: newPaymentId(),
  status: 'STARTED',
  cancel_reason: null,
  total: null,
  currency: null,
  owner: null,
  created_at: new Date(),
  updated_at: new Date(),
  lines: [
    { position: 1, product_id: newProductId(), quantity: 1, name: null, unit_price: null, currency: null },
  ],
};

/** Runs a purchase to its end, killed once at the given step. Returns the number of runs. */
async function runKilled(
  participants: Participants,
  name: StepName,
  when: 'before' | 'after',
): Promise<number> {
  const journal = new Map<string, unknown>();
  let isArmed = true;
  const kill = (at: StepName, moment: 'before' | 'after') => {
    const isHere = isArmed && at === name && moment === when;
    if (isHere) isArmed = false;
    return isHere;
  };
  for (let runs = 1; ; runs += 1) {
    try {
      // A journaling engine starts each run with its first input. It does not know a later status.
      await purchaseSaga(journalStep(journal, kill), participants, started, 'tok');
      return runs;
    } catch (cause) {
      if (!(cause instanceof Killed)) throw cause;
    }
  }
}

const forward: StepName[] = [
  'reserve stock',
  'create payment',
  'confirm',
  'capture payment',
  'commit stock',
  'complete',
];
const backward: StepName[] = [
  'reserve stock',
  'create payment',
  'begin to cancel',
  'void payment',
  'release stock',
  'cancel',
];

const givingUp: StepName[] = [
  'reserve stock',
  'create payment',
  'confirm',
  'capture payment',
  'give up',
  'void payment',
  'release stock',
  'cancel',
];
const upAgain: StepName[] = ['give up', 'void payment', 'reserve stock', 'confirm', 'capture payment'];

afterEach(() => expect(new Set([...forward, ...backward, ...givingUp])).toEqual(new Set(stepNames)));

describe.each(['before', 'after'] as const)('killed %s', (when) => {
  test.each(forward)('the step "%s", a purchase completes with each effect once', async (name) => {
    const { state, effects, participants } = world('stays');
    expect(await runKilled(participants, name, when)).toBe(2);
    expect(state).toEqual({ stock: 'sold', payment: 'captured', status: 'COMPLETED' });
    expect(effects).toEqual(['held', 'authorized', 'captured', 'sold']);
  });

  test.each(backward)('the step "%s", a declined purchase is undone with each effect once', async (name) => {
    const { state, effects, participants } = world('is declined');
    expect(await runKilled(participants, name, when)).toBe(2);
    expect(state).toEqual({ stock: 'released', payment: 'voided', status: 'CANCELLED' });
    expect(effects).toEqual(['held', 'voided', 'released']);
  });

  test.each(givingUp)(
    'the step "%s", a purchase whose hold lapsed is given up with each effect once',
    async (name) => {
      const { state, effects, participants } = world('lapses');
      expect(await runKilled(participants, name, when)).toBe(2);
      expect(state).toEqual({ stock: 'released', payment: 'voided', status: 'CANCELLED' });
      expect(effects).toEqual(['held', 'authorized', 'voided', 'released']);
    },
  );

  test.each(upAgain)(
    'the step "%s", a purchase whose capture was called refused completes with each effect once',
    async (name) => {
      const { state, effects, participants } = world('seems to lapse');
      expect(await runKilled(participants, name, when)).toBe(2);
      expect(state).toEqual({ stock: 'sold', payment: 'captured', status: 'COMPLETED' });
      expect(effects).toEqual(['held', 'authorized', 'captured', 'sold']);
    },
  );
});

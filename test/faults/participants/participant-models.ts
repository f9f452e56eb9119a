// Two state machines of what products and payments promise about the steps of one purchase. For a state and a call, each gives
// the answer and the next state. The tests compare the real participants with these models.

export interface Transition<State> {
  answer: string;
  state: State;
}

export type Model<State, Call extends string> = (state: State, call: Call) => Transition<State>;

export const stockCalls = ['reserve', 'commit', 'release'] as const;
export type StockCall = (typeof stockCalls)[number];

/** `tombstone`: the release came before any reservation. */
export type StockState = 'none' | 'HELD' | 'COMMITTED' | 'RELEASED' | 'tombstone';

export const stockModel: Model<StockState, StockCall> = (state, call) => {
  const answerWith = (next: StockState, answer: string = next): Transition<StockState> => ({
    answer,
    state: next,
  });
  const isReleased = state === 'RELEASED' || state === 'tombstone';
  switch (call) {
    case 'reserve':
      if (isReleased) return answerWith(state, 'RESERVATION_RELEASED');
      return state === 'none' ? answerWith('HELD') : answerWith(state);
    case 'commit':
      if (isReleased) return answerWith(state, 'RESERVATION_RELEASED');
      return state === 'none' ? answerWith(state, 'RESERVATION_NOT_FOUND') : answerWith('COMMITTED');
    case 'release':
      if (state === 'COMMITTED') return answerWith(state, 'RESERVATION_COMMITTED');
      return state === 'none'
        ? answerWith('tombstone', 'RELEASED')
        : answerWith(isReleased ? state : 'RELEASED', 'RELEASED');
  }
};

/**
 * create    with a card that is approved
 * spend     create with a card that the provider does not know any more: a token is good for one charge
 * resume    create without a card, as a purchase does after another instance took it over
 */
export const paymentCalls = ['create', 'spend', 'resume', 'capture', 'void'] as const;
export type PaymentCall = (typeof paymentCalls)[number];

type RowState = 'none' | 'tombstone' | 'PENDING' | 'AUTHORIZED' | 'CAPTURED' | 'VOIDED' | 'EXPIRED';
type ChargeState = 'none' | 'AUTHORIZED' | 'CAPTURED' | 'VOIDED' | 'EXPIRED';

/** The row of payments and the charge of the provider. They differ after a crash between two phases, or when a hold has lapsed. */
export type PaymentState = `${RowState} ${ChargeState}`;

/** The states that a crash between two phases can leave, and those that a hold leaves which has lapsed meanwhile. */
export const paymentStartStates: readonly PaymentState[] = [
  'none none',
  'PENDING none',
  'PENDING AUTHORIZED',
  'PENDING VOIDED',
  'AUTHORIZED CAPTURED',
  'AUTHORIZED VOIDED',
  'PENDING EXPIRED',
  'AUTHORIZED EXPIRED',
];

const refusalOf: Partial<Record<ChargeState, string>> = {
  VOIDED: 'PAYMENT_VOIDED',
  EXPIRED: 'PAYMENT_HOLD_GONE',
};

export const paymentModel: Model<PaymentState, PaymentCall> = (state, call) => {
  const [row, charge] = state.split(' ') as [RowState, ChargeState];
  const is = (answer: string, nextRow = row, nextCharge = charge): Transition<PaymentState> => ({
    answer,
    state: `${nextRow} ${nextCharge}`,
  });
  /** The row takes the state of the charge. When that is VOIDED or EXPIRED, the call is refused. */
  const reconciled = (now: Exclude<ChargeState, 'none'>) => is(refusalOf[now] ?? now, now, now);
  const isOver = row === 'VOIDED' || row === 'tombstone' || row === 'EXPIRED';
  switch (call) {
    case 'create':
    case 'spend':
    case 'resume':
      if (isOver) return is(row === 'EXPIRED' ? 'PAYMENT_HOLD_GONE' : 'PAYMENT_VOIDED');
      if (row === 'AUTHORIZED' || row === 'CAPTURED') return is(row);
      if (charge !== 'none') return reconciled(charge);
      if (call === 'create') return reconciled('AUTHORIZED');
      // With a card, createPayment records its intent. Without a card there is no intent to record.
      if (call === 'spend') return is('PAYMENT_TOKEN_INVALID', 'PENDING');
      return is('PAYMENT_TOKEN_MISSING');
    case 'capture':
      if (row === 'none') return is('PAYMENT_NOT_FOUND');
      if (row === 'CAPTURED') return is('CAPTURED');
      if (isOver) return is('PAYMENT_HOLD_GONE');
      if (row !== 'AUTHORIZED') return is('PAYMENT_NOT_CAPTURABLE');
      if (charge === 'VOIDED' || charge === 'EXPIRED') return is('PAYMENT_HOLD_GONE', charge);
      return is('CAPTURED', 'CAPTURED', 'CAPTURED');
    case 'void':
      if (row === 'none') return is('VOIDED', 'tombstone');
      if (isOver) return is(row === 'EXPIRED' ? row : 'VOIDED');
      if (charge === 'EXPIRED') return is('EXPIRED', 'EXPIRED');
      // The provider decides: a captured charge cannot be voided.
      if (charge === 'CAPTURED') return is('PAYMENT_ALREADY_CAPTURED', 'CAPTURED');
      return is('VOIDED', 'VOIDED', 'VOIDED');
  }
};

/** Lists all sequences of a given length. */
export function listSequences<Call>(calls: readonly Call[], length: number): Call[][] {
  if (length === 0) return [[]];
  return listSequences(calls, length - 1).flatMap((sequence) => calls.map((call) => [...sequence, call]));
}

/** Lists all combinations of a given size, with repetition: the order of the calls does not count. */
export function listSelections<Call>(calls: readonly Call[], size: number): Call[][] {
  if (size === 0) return [[]];
  return calls.flatMap((call, index) =>
    listSelections(calls.slice(index), size - 1).map((selection) => [call, ...selection]),
  );
}

/** Predicts the answers to sequential calls, and the state at the end. */
export function predict<State, Call extends string>(
  model: Model<State, Call>,
  beginning: State,
  calls: readonly Call[],
): { answers: string[]; state: State } {
  let state = beginning;
  const answers = calls.map((call) => {
    const step = model(state, call);
    state = step.state;
    return step.answer;
  });
  return { answers, state };
}

/**
 * True when some order of concurrent calls explains their answers and the state at the end. `getIntermediate` returns the
 * states that other calls can see while a call runs.
 */
export function isExplained<State, Call extends string>(
  model: Model<State, Call>,
  beginning: State,
  calls: readonly { call: Call; answer: string }[],
  end: State,
  getIntermediate: (state: State, call: Call) => readonly State[] = () => [],
): boolean {
  if (calls.length === 0) return beginning === end;
  const visibleStates = new Set([
    beginning,
    ...calls.flatMap(({ call }) => getIntermediate(beginning, call)),
  ]);
  return [...visibleStates].some((state) =>
    calls.some(({ call, answer }, index) => {
      const step = model(state, call);
      if (step.answer !== answer) return false;
      return isExplained(model, step.state, calls.toSpliced(index, 1), end, getIntermediate);
    }),
  );
}

/** createPayment records its intent before it calls the provider, and the provider's result after it. */
export function getIntermediateStates(state: PaymentState, call: PaymentCall): readonly PaymentState[] {
  const isOpen = state === 'none none' || state === 'PENDING none';
  if (!isOpen || (call !== 'create' && call !== 'spend')) return [];
  return call === 'create' ? ['PENDING none', 'PENDING AUTHORIZED'] : ['PENDING none'];
}

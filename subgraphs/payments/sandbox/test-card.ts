// The behaviour of each test card. Its token alone chooses it, so that tests can provoke every case through the public graph.

export type CardBehaviour = 'approves' | 'declines' | 'answersLate' | 'fails' | 'failsOnce' | 'lapses';

const testCards: Readonly<Record<string, CardBehaviour>> = {
  /** Authorises at once. */
  tok_approve: 'approves',
  /** Declines at once. The books keep the declined charge. */
  tok_decline: 'declines',
  /** Authorises and writes the charge, then delays its response by `answerLateMs`. A repeat is answered at once. */
  tok_timeout: 'answersLate',
  /** Answers HTTP 500 every time, and writes nothing. */
  tok_error: 'fails',
  /** Answers HTTP 500 to the first request with a reference, and writes nothing. The next request is authorised. */
  tok_flaky: 'failsOnce',
  /** Authorises at once, and then the hold lapses before it can be captured. */
  tok_lapse: 'lapses',
};

/** Finds the behaviour of a token's card. Null for an unknown token. */
export function findCardBehaviour(token: string): CardBehaviour | null {
  return Object.hasOwn(testCards, token) ? (testCards[token] ?? null) : null;
}

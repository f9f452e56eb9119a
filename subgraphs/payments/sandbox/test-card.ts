// What each test card does. Chosen by its token alone, so that any flow can be provoked through the public graph.

export type Conduct = 'approves' | 'declines' | 'answersLate' | 'fails' | 'failsOnce';

const testCards: Readonly<Record<string, Conduct>> = {
  /** Authorised at once. */
  tok_approve: 'approves',
  /** Declined at once, and kept in the books as declined. */
  tok_decline: 'declines',
  /** Authorised and written down, then no answer for `answerLateMs`. A repeat is answered at once. */
  tok_timeout: 'answersLate',
  /** HTTP 500 every time, before anything is done. */
  tok_error: 'fails',
  /** HTTP 500 for the first request with a reference, before anything is done; the next one approves. */
  tok_flaky: 'failsOnce',
};

/** What the card behind a token does; null for a token that stands for none. */
export function conductOf(token: string): Conduct | null {
  return Object.hasOwn(testCards, token) ? (testCards[token] ?? null) : null;
}

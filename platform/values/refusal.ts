// A refusal is an expected "no" that reaches the client with a code; everything else is a fault and is masked.
// Each subgraph declares its own refusals once, in errors.ts; the codes here belong to all of them.

export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: string;
  /** What the client may know beside the code: ids and limits, never what somebody typed in. */
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** Codes that any subgraph may answer, with their meaning. The gateway adds its own in gateway/errors.ts. */
export const platformCodes = {
  UNAUTHENTICATED: 'Nobody is signed in, or the session ended.',
  FORBIDDEN: 'The signed-in account may not do this.',
  BAD_USER_INPUT: 'An argument has a value that the field does not take.',
  TOO_MANY_REPRESENTATIONS: 'The operation refers to more entities than a subgraph resolves at once.',
  INTERNAL_SERVER_ERROR: 'A fault on our side; the trace id finds it in the logs.',
} as const;

/** A constructor of refusals for one subgraph's table of codes: `throw refuse('EMAIL_IN_USE')`. */
export function defineRefusals<Code extends string>(table: Readonly<Record<Code, string>>) {
  return (code: Code, details?: Readonly<Record<string, unknown>>): Refusal =>
    new Refusal(code, table[code], details);
}

/** An argument out of range: BAD_USER_INPUT, naming the argument. */
export function badInput(argument: string, rule: string): Refusal {
  return new Refusal('BAD_USER_INPUT', `"${argument}" ${rule}.`, { argument });
}

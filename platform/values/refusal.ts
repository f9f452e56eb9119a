// A refusal is an expected "no" that reaches the client with a code; every other error is a fault, and its message is masked.
// Each subgraph declares its own refusals in its errors.ts. The codes in this file belong to all subgraphs.

export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: string;
  /** What the client may know beside the code: ids and limits, never a value that a person typed. */
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** The codes that any subgraph may answer, each with its message. The gateway gives the same codes the same messages. */
export const platformCodes = {
  UNAUTHENTICATED:
    'The request needs a valid session token: sign in, and send the header "Authorization: Bearer <session token>".',
  FORBIDDEN: 'The caller is not allowed to do this.',
  BAD_USER_INPUT: 'An argument or a variable has a value that the field does not accept.',
  TOO_MANY_REPRESENTATIONS: 'The operation refers to more entities than a subgraph resolves at once.',
  SUBGRAPH_UNAVAILABLE: 'A part of the graph is not available right now.',
  OVERLOADED: 'Too many requests are waiting for this at the moment. Try again in a few seconds.',
  INTERNAL_SERVER_ERROR: 'An internal error occurred.',
} as const;

/** Builds the function that makes the refusals of one table of codes: `throw refuse('EMAIL_IN_USE')`. */
export function defineRefusals<Code extends string>(table: Readonly<Record<Code, string>>) {
  return (code: Code, details?: Readonly<Record<string, unknown>>): Refusal =>
    new Refusal(code, table[code], details);
}

/** A refusal with BAD_USER_INPUT that names the argument and the rule that its value breaks. */
export function badInput(argument: string, rule: string): Refusal {
  return new Refusal('BAD_USER_INPUT', `"${argument}" ${rule}.`, { argument });
}

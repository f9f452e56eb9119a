// Errors of the graph as a form can show them. Code decides by `code` and never by the message, which is written for people.
import type codesFile from '../../../../api/codes.json';

/** Each code that the graph may answer with: the compiler finds a misspelt one. */
export type Code = keyof typeof codesFile.codes;

/** One part of an input that is wrong, with its path: ["input", "lines", 0, "quantity"]. */
export interface Problem {
  path: readonly (string | number)[];
  code: Code;
  message: string;
}

export interface Refusal {
  /** UNREACHABLE is the page's own word: no answer came, or one that is no GraphQL response. */
  code: Code | 'UNREACHABLE';
  message: string;
  problems: readonly Problem[];
  /** After so many seconds a repeat may succeed. */
  retryAfter?: number | undefined;
  /** Of a fault: the log of the graph has it too. */
  traceId?: string | undefined;
}

/** For clients that throw what a query was refused for. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** What a mutation returns, or why not. */
export type Outcome<Value> = { value: Value; refusal?: never } | { refusal: Refusal; value?: never };

/** An error in a response, as each of the three clients passes it on. */
export interface ReportedError {
  message: string;
  extensions?: Record<string, unknown> | undefined;
}

const unreachable: Refusal = { code: 'UNREACHABLE', message: 'The shop does not answer.', problems: [] };

/** The first error decides. Without any error, no answer came. */
export function readRefusal(errors: readonly ReportedError[] = []): Refusal {
  const [first] = errors;
  if (first === undefined) return unreachable;
  const {
    code = 'INTERNAL_SERVER_ERROR',
    problems = [],
    retryAfter,
    traceId,
  } = (first.extensions ?? {}) as Partial<Refusal>;
  return { code, message: first.message, problems, retryAfter, traceId };
}

export function toOutcome<Value>(
  value: Value | null | undefined,
  errors: readonly ReportedError[] | undefined,
): Outcome<Value> {
  return value === null || value === undefined ? { refusal: readRefusal(errors) } : { value };
}

/** A sentence for people. Most messages of the graph are one already. */
export function explain({ code, message, retryAfter, traceId }: Refusal): string {
  switch (code) {
    case 'TOO_MANY_ATTEMPTS':
    case 'OVERLOADED':
      return retryAfter === undefined ? message : `${message} Try again in ${retryAfter} seconds.`;
    case 'UNAUTHENTICATED':
      return 'Sign in first.';
    case 'UNREACHABLE':
    case 'UNAVAILABLE':
    case 'SUBGRAPH_UNAVAILABLE':
      return `${message} Try again in a moment.`;
    case 'INTERNAL_SERVER_ERROR':
      return `Something broke on our side${traceId === undefined ? '' : ` (${traceId})`}.`;
    default:
      return message;
  }
}

/** The problem with one field of a form, such as "password" or "lines.0.quantity". */
export function findProblem(refusal: Refusal | undefined, field: string): Problem | undefined {
  return refusal?.problems.find(({ path }) => path.slice(1).join('.') === field);
}

// Refuses an operation that exceeds a limit. The message says which limit, and what the gateway counted; it never repeats
// text of the operation. Counts stay safe integers, so that an enormous operation compares like any other.
import { GraphQLError } from 'graphql';
import type { gatewayCodes } from '../errors.ts';

type Code = keyof typeof gatewayCodes;

/** What a limit counts: the code of its refusal, and the statement that the message begins with. */
export interface Measurement {
  code: Code;
  describe: (count: string) => string;
}

/** 2^5000 is refused like 2^53, and no sum becomes Infinity or NaN. */
const maxCount = Number.MAX_SAFE_INTEGER;

export function add(one: number, other: number): number {
  return Math.min(one + other, maxCount);
}

export function multiply(one: number, other: number): number {
  return Math.min(one * other, maxCount);
}

/** Throws a refusal when the count exceeds the limit. A limit of 0 is off. */
export function enforceLimit(limit: number, count: number, { code, describe }: Measurement): void {
  if (limit === 0 || count <= limit) return;
  throw createRefusal(code, `${describe(formatCount(count))}; the limit is ${limit}.`);
}

export function createRefusal(code: Code, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}

/** The public form of an error that graphql-js made: its message and its places, with a code of the gateway. */
export function withCode(error: GraphQLError, code: Code): GraphQLError {
  const { message, nodes = null, source = null, positions = null } = error;
  const extensions = { code, http: { status: 400 } };
  return new GraphQLError(message, { nodes, source, positions, originalError: error, extensions });
}

function formatCount(count: number): string {
  return count >= maxCount ? `more than ${maxCount - 1}` : String(count);
}

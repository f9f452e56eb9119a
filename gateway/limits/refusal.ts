// How an operation that asks too much is told so: which limit, what was counted, and never a word of its own text.
import { GraphQLError } from 'graphql';
import type { gatewayCodes } from '../errors.ts';

/** Counts stop here: 2^5000 is refused like 2^53, and no sum becomes Infinity or NaN. */
const most = Number.MAX_SAFE_INTEGER;

export function sum(one: number, other: number): number {
  return Math.min(one + other, most);
}

export function product(one: number, other: number): number {
  return Math.min(one * other, most);
}

/** Throws when a limit that is not off (0) is passed. */
export function hold(
  limit: number,
  counted: number,
  [code, unit]: readonly [code: keyof typeof gatewayCodes, unit: string],
): void {
  if (limit === 0 || counted <= limit) return;
  throw refusal(code, `The limit is ${inWords(limit)} ${unit}; counted here: ${inWords(counted)}.`);
}

export function refusal(code: keyof typeof gatewayCodes, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}

/** An error of graphql-js as a client gets it. */
export function coded(error: GraphQLError, code: keyof typeof gatewayCodes): GraphQLError {
  const { message, nodes = null, source = null, positions = null } = error;
  const extensions = { code, http: { status: 400 } };
  return new GraphQLError(message, { nodes, source, positions, originalError: error, extensions });
}

function inWords(count: number): string {
  return count >= most ? 'beyond counting' : String(count);
}

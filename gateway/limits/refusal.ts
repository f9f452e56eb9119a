// Refuses an operation that exceeds a limit. The message says which limit, and what the gateway counted; it never repeats
// text of the operation. Counts stay safe integers, so that an enormous operation compares like any other.
import { GraphQLError, type SourceLocation } from 'graphql';
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

/** What a client is told about a refused document. It can be remembered: it holds nothing of the document. */
export interface RefusalAnswer {
  code: Code;
  message: string;
  locations: readonly SourceLocation[] | undefined;
}

/**
 * A GraphQLError holds the nodes that it is about, and through them the whole document. The frames of its stack hold the parser
 * with every token.
 */
export function toRefusalAnswer({ extensions, message, locations }: GraphQLError): RefusalAnswer {
  return { code: extensions.code as Code, message, locations };
}

export function toRefusal({ code, message, locations }: RefusalAnswer): GraphQLError {
  return Object.assign(createRefusal(code, message), { locations });
}

/** The memory that an answer takes, in bytes. V8 takes at most two bytes for a character. */
export function measureAnswer({ message, locations = [] }: RefusalAnswer): number {
  return 200 + 2 * message.length + 50 * locations.length;
}

function formatCount(count: number): string {
  return count >= maxCount ? `more than ${maxCount - 1}` : String(count);
}

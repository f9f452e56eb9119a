// Operations that leave for one subgraph at one moment travel as one request: most of what a small operation costs between
// processes is the request around it. Each keeps its own identity, deadline and trace, and each answer comes back as soon as
// it is there. This file is the form that both sides agree on: what is asked as JSON, what is answered in frames, each a line
// "<which call> <HTTP status> <bytes>" and then so many bytes: what the operation would have been answered alone.

import type { Call, Operation } from '../calls/call.ts';
import { formatTimeout } from '../calls/deadline.ts';
import { formatTraceparent } from '../calls/trace.ts';
import { parseAddress } from '../identity/client-address.ts';

/** A subgraph that does not know it answers 415. */
export const bundleType = 'application/vnd.tributary.bundle+json';

/** Calls that one bundle may hold, and roughly how many characters: a large operation travels alone. */
export const maxCallsPerBundle = 64;
const mostCharacters = 256 * 1024;

export interface Asking {
  operation: Operation;
  call: Call;
  /** The signed identity of the call. */
  token: string;
}

/** Which token, which text, then: traceparent, timeout in milliseconds, client's address, operation name, variables. */
type Row = [
  number,
  number,
  string,
  string | null,
  string | null,
  string | null,
  Operation['variables'] | null,
];

/** The body of a bundle with as many of the calls as it takes, in their order, and how many those are: at least one. */
export function bundleOf(asking: readonly Asking[]): { body: string; taken: number } {
  const tokens: string[] = [];
  const texts: string[] = [];
  const rows: string[] = [];
  let characters = 0;
  for (const { operation, call, token } of asking) {
    const row: Row = [
      placeOf(tokens, token),
      placeOf(texts, operation.query),
      formatTraceparent(call.traceId),
      call.deadline === undefined ? null : formatTimeout(call.deadline),
      call.address ?? null,
      operation.operationName ?? null,
      operation.variables ?? null,
    ];
    const text = JSON.stringify(row);
    characters += text.length;
    if (rows.length > 0 && (characters > mostCharacters || rows.length === maxCallsPerBundle)) break;
    rows.push(text);
  }
  const body = `{"tokens":${JSON.stringify(tokens)},"texts":${JSON.stringify(texts)},"calls":[${rows.join()}]}`;
  return { body, taken: rows.length };
}

/** Few are distinct: the same plan at the same moment asks the same. */
function placeOf(known: string[], text: string): number {
  const place = known.indexOf(text);
  return place < 0 ? known.push(text) - 1 : place;
}

export interface BundledCall {
  /** Which of the tokens. */
  token: number;
  operation: Operation;
  traceparent: string;
  timeout: string | undefined;
  address: string | undefined;
}

export interface Bundle {
  tokens: readonly string[];
  calls: readonly BundledCall[];
}

/** Throws where it is no bundle. */
export function readBundle(body: unknown): Bundle {
  const { tokens, texts, calls } = Object(body) as Record<string, unknown>;
  if (!isTextList(tokens) || !isTextList(texts) || !Array.isArray(calls) || calls.length > maxCallsPerBundle)
    throw new Error('this is no bundle of operations');
  return { tokens, calls: calls.map((row: Row) => callOf(row, tokens.length, texts)) };
}

function callOf(row: Row, tokens: number, texts: readonly string[]): BundledCall {
  const [token, text, traceparent, timeout, address, operationName, variables] = row;
  const query = texts[text];
  const isCall =
    Number.isInteger(token) &&
    token >= 0 &&
    token < tokens &&
    query !== undefined &&
    isTextOrNull(operationName) &&
    typeof variables === 'object' &&
    !Array.isArray(variables);
  if (!isCall) throw new Error('this is no call of a bundle');
  return {
    token,
    operation: {
      query,
      operationName: operationName ?? undefined,
      variables: variables ?? undefined,
    },
    traceparent,
    timeout: timeout ?? undefined,
    address: parseAddress(address),
  };
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

export function frameOf(call: number, status: number, text: string): string {
  return `${call} ${status} ${Buffer.byteLength(text)}\n${text}`;
}

/** Longest line before a frame: three numbers. */
const longestLine = 40;

/** Puts frames together again from the pieces in which they arrive. Throws for what is no frame. */
export class FrameReader {
  readonly #onFrame: (call: number, status: number, text: string) => void;
  readonly #pieces: Buffer[] = [];
  #size = 0;
  /** Bytes without which there is nothing to do. */
  #needed = 1;

  constructor(onFrame: (call: number, status: number, text: string) => void) {
    this.#onFrame = onFrame;
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
    if (this.#size < this.#needed) return;
    let bytes = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    this.#needed = 1;
    for (let frame = readFrame(bytes); frame !== undefined; frame = readFrame(bytes)) {
      if (bytes.length < frame.end) {
        this.#needed = frame.end;
        break;
      }
      this.#onFrame(frame.call, frame.status, bytes.toString('utf8', frame.start, frame.end));
      bytes = bytes.subarray(frame.end);
    }
    this.#pieces.length = 0;
    this.#pieces.push(bytes);
    this.#size = bytes.length;
  }
}

/** Undefined while its line is not there as a whole. */
function readFrame(bytes: Buffer): { call: number; status: number; start: number; end: number } | undefined {
  const line = bytes.indexOf(0x0a);
  if (line < 0 && bytes.length <= longestLine) return undefined;
  const match = /^(\d{1,3}) (\d{3}) (\d{1,10})$/.exec(bytes.toString('latin1', 0, Math.max(line, 0)));
  if (match === null) throw new Error('what came is no frame of a bundle');
  const start = line + 1;
  return { call: Number(match[1]), status: Number(match[2]), start, end: start + Number(match[3]) };
}

// The format of bundles, which both sides share: operations for one subgraph that leave at one moment travel as one HTTP request,
// because most of the cost of a small operation is its request. Each call keeps its own identity, deadline and trace. The request
// is JSON. The response is a sequence of frames, one for each call as soon as it has a response: a line
// "<index of the call> <HTTP status> <bytes>", and then the body that the operation would have received alone.
import type { Call, Operation } from '../calls/call.ts';
import { formatTimeout } from '../calls/deadline.ts';
import { formatTraceparent } from '../calls/trace.ts';
import { parseAddress } from '../identity/client-address.ts';

/** The content type of requests and responses. A subgraph that does not support bundles answers 415. */
export const bundleType = 'application/vnd.tributary.bundle+json';

/** Maximum number of calls in one bundle. */
export const maxCallsPerBundle = 64;
/** Maximum length of the calls in one bundle, in characters, without operation texts and tokens. A longer call travels alone. */
const maxCharacters = 256 * 1024;

export interface OutgoingCall {
  operation: Operation;
  call: Call;
  /** The signed identity of the call. */
  token: string;
}

/** One call in the request. `token` and `text` are indexes in the lists beside the calls; `timeout` is in milliseconds. */
type Row = [
  token: number,
  text: number,
  traceparent: string,
  timeout: string | null,
  address: string | null,
  operationName: string | null,
  variables: Operation['variables'] | null,
];

/** Formats a bundle with as many of the calls as fit, in their order. `callCount` says how many fit: at least one. */
export function formatBundle(calls: readonly OutgoingCall[]): { body: string; callCount: number } {
  const tokens: string[] = [];
  const texts: string[] = [];
  const rows: string[] = [];
  let characters = 0;
  for (const { operation, call, token } of calls) {
    const [tokenCount, textCount] = [tokens.length, texts.length];
    const row: Row = [
      indexIn(tokens, token),
      indexIn(texts, operation.query),
      formatTraceparent(call.traceId),
      call.deadline === undefined ? null : formatTimeout(call.deadline),
      call.address ?? null,
      operation.operationName ?? null,
      operation.variables ?? null,
    ];
    const text = JSON.stringify(row);
    characters += text.length;
    if (rows.length > 0 && (characters > maxCharacters || rows.length === maxCallsPerBundle)) {
      // A subgraph refuses a bundle that brings more than its calls need.
      tokens.length = tokenCount;
      texts.length = textCount;
      break;
    }
    rows.push(text);
  }
  const body = `{"tokens":${JSON.stringify(tokens)},"texts":${JSON.stringify(texts)},"calls":[${rows.join()}]}`;
  return { body, callCount: rows.length };
}

/** Returns the index of a text in the list, and adds the text when it is new. Few texts are distinct, so the list is short. */
function indexIn(texts: string[], text: string): number {
  const index = texts.indexOf(text);
  return index < 0 ? texts.push(text) - 1 : index;
}

export interface BundledCall {
  /** Index in the tokens of the bundle. */
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

/** Throws for a body that is not a bundle. */
export function parseBundle(body: unknown): Bundle {
  const { tokens, texts, calls } = Object(body) as Record<string, unknown>;
  const isBundle =
    isTextList(tokens) &&
    isTextList(texts) &&
    Array.isArray(calls) &&
    // A response without frames would never end, because the last frame ends it.
    calls.length > 0 &&
    calls.length <= maxCallsPerBundle &&
    tokens.length <= calls.length &&
    texts.length <= calls.length;
  if (!isBundle) throw new Error('the body is not a bundle of operations');
  return { tokens, calls: calls.map((row: Row) => parseCall(row, tokens.length, texts)) };
}

function parseCall(row: Row, tokens: number, texts: readonly string[]): BundledCall {
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
  if (!isCall) throw new Error('a call of the bundle is not valid');
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

export function formatFrame(call: number, status: number, text: string): string {
  return `${call} ${status} ${Buffer.byteLength(text)}\n${text}`;
}

/** Maximum length of the line before a frame: three numbers. */
const maxFrameHeaderBytes = 40;

/** Reads frames from the chunks of a response. Throws for a response that is not a sequence of frames. */
export class FrameReader {
  readonly #onFrame: (call: number, status: number, text: string) => void;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  /** Number of bytes that the next step needs, so that a large frame is not concatenated again for each chunk. */
  #neededBytes = 1;

  constructor(onFrame: (call: number, status: number, text: string) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#neededBytes) return;
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#neededBytes = 1;
    for (let frame = parseFrameHeader(bytes); frame !== undefined; frame = parseFrameHeader(bytes)) {
      if (bytes.length < frame.end) {
        this.#neededBytes = frame.end;
        break;
      }
      this.#onFrame(frame.call, frame.status, bytes.toString('utf8', frame.start, frame.end));
      bytes = bytes.subarray(frame.end);
    }
    this.#chunks.length = 0;
    this.#chunks.push(bytes);
    this.#size = bytes.length;
  }
}

/** Undefined while the line has not arrived completely. */
function parseFrameHeader(
  bytes: Buffer,
): { call: number; status: number; start: number; end: number } | undefined {
  const line = bytes.indexOf(0x0a);
  if (line < 0 && bytes.length <= maxFrameHeaderBytes) return undefined;
  const match = /^(\d{1,3}) (\d{3}) (\d{1,10})$/.exec(bytes.toString('latin1', 0, Math.max(line, 0)));
  if (match === null) throw new Error('the response is not a frame of a bundle');
  const start = line + 1;
  return { call: Number(match[1]), status: Number(match[2]), start, end: start + Number(match[3]) };
}

// One HTTP request and its whole response over a pool of kept-alive connections, at the lowest level of undici: without streams,
// without timers (only the signal of the caller ends a request), and without headers other than those of the content.
import type { Dispatcher, Pool } from 'undici';
import { decodeBody } from './content-encoding.ts';

export interface HttpRequest {
  path: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

export interface ResponseHead {
  statusCode: number;
  /** Empty when the response has none. */
  contentType: string;
  /** Empty when the response has none. */
  contentEncoding: string;
}

/** Receives a response in parts. An error that it throws ends the exchange. */
export interface ResponseReader {
  onHead?: (answered: ResponseHead) => void;
  onChunk: (chunk: Buffer) => void;
}

const noTimers = { headersTimeout: 0, bodyTimeout: 0 } as const;

/** Resolves when the whole response has arrived. Rejects with the reason of the signal, or with the error of the connection. */
export function exchange(
  pool: Pool,
  request: HttpRequest,
  signal: AbortSignal,
  reader: ResponseReader,
): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    let controller: Dispatcher.DispatchController | undefined;
    let head: ResponseHead = { statusCode: 0, contentType: '', contentEncoding: '' };
    const giveUp = () => {
      reject(signal.reason);
      controller?.abort(signal.reason);
    };
    signal.addEventListener('abort', giveUp);
    pool.dispatch(
      { ...request, ...noTimers },
      {
        onRequestStart: (dispatchController) => {
          controller = dispatchController;
          // The caller may have given up while the request waited for a connection.
          if (signal.aborted) controller.abort(signal.reason);
        },
        onResponseStart: (_controller, statusCode, headers) => {
          if (statusCode < 200) return;
          head = {
            statusCode,
            contentType: String(headers['content-type'] ?? ''),
            contentEncoding: String(headers['content-encoding'] ?? ''),
          };
          reader.onHead?.(head);
        },
        onResponseData: (_controller, chunk) => reader.onChunk(chunk),
        onResponseEnd: () => {
          signal.removeEventListener('abort', giveUp);
          resolve(head);
        },
        onResponseError: (_controller, cause) => {
          signal.removeEventListener('abort', giveUp);
          reject(cause);
        },
      },
    );
  });
}

/** A response began to arrive, and its body could not be read to its end. */
export class ResponseBodyError extends Error {
  override name = 'ResponseBodyError';
  readonly head: ResponseHead;
  readonly problem: 'incomplete' | 'too large' | 'not decodable';
  constructor(head: ResponseHead, problem: ResponseBodyError['problem'], cause: unknown) {
    super(`the body of the response is ${problem}`, { cause });
    this.head = head;
    this.problem = problem;
  }
}

/**
 * The same, and resolves with the body as text of at most `maxBytes` after its content encoding is removed. Rejects with
 * ResponseBodyError when that fails after the head has arrived.
 */
export async function exchangeText(
  pool: Pool,
  request: HttpRequest,
  signal: AbortSignal,
  maxBytes = Number.MAX_SAFE_INTEGER,
): Promise<ResponseHead & { text: string }> {
  const chunks: Buffer[] = [];
  let head: ResponseHead | undefined;
  let isComplete = false;
  const reader: ResponseReader = {
    onHead: (received) => {
      head = received;
    },
    onChunk: (chunk) => chunks.push(chunk),
  };
  try {
    const received = await exchange(pool, request, signal, reader);
    isComplete = true;
    if (received.contentEncoding === '') return { ...received, text: decodeText(chunks) };
    const decoded = await decodeBody(Buffer.concat(chunks), received.contentEncoding, maxBytes);
    return { ...received, text: decodeText([decoded]) };
  } catch (cause) {
    if (head === undefined || signal.aborted) throw cause;
    const { code } = cause as { code?: unknown };
    const isTooLarge = code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || code === 'ERR_BUFFER_TOO_LARGE';
    const problem = isTooLarge ? 'too large' : isComplete ? 'not decodable' : 'incomplete';
    throw new ResponseBodyError(head, problem, cause);
  }
}

function decodeText(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  // The response of a foreign subgraph may begin with a byte order mark, which JSON.parse refuses.
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

// One HTTP request and its whole response over a pool of kept-alive connections, at the lowest level of undici: without streams,
// without timers (only the signal of the caller ends a request), and without headers other than the content type.
import type { Dispatcher, Pool } from 'undici';

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
    let head: ResponseHead = { statusCode: 0, contentType: '' };
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
          head = { statusCode, contentType: String(headers['content-type'] ?? '') };
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

/** The same, and resolves with the body as text. */
export async function exchangeText(
  pool: Pool,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<ResponseHead & { text: string }> {
  const chunks: Buffer[] = [];
  const head = await exchange(pool, request, signal, { onChunk: (chunk) => chunks.push(chunk) });
  return { ...head, text: decodeText(chunks) };
}

function decodeText(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  // The response of a foreign subgraph may begin with a byte order mark, which JSON.parse refuses.
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

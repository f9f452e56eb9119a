// One request and its whole answer over a pool of kept-alive connections, at undici's lowest level: no stream, no timers of
// its own (the caller's signal is the only clock), no headers but the one that is read.
import type { Dispatcher, Pool } from 'undici';

export interface Asked {
  path: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

export interface Answered {
  statusCode: number;
  /** The content type; empty where there is none. */
  type: string;
}

/** Told of an answer piece by piece. What it throws ends the exchange. */
export interface Reader {
  start?: (answered: Answered) => void;
  data: (chunk: Buffer) => void;
}

const noTimers = { headersTimeout: 0, bodyTimeout: 0 } as const;

/** Resolves when the answer is there as a whole. Rejects with the signal's reason, or with what befell the connection. */
export function exchange(pool: Pool, asked: Asked, signal: AbortSignal, reader: Reader): Promise<Answered> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    let controller: Dispatcher.DispatchController | undefined;
    let answered: Answered = { statusCode: 0, type: '' };
    const giveUp = () => {
      reject(signal.reason);
      controller?.abort(signal.reason);
    };
    signal.addEventListener('abort', giveUp);
    pool.dispatch(
      { ...asked, ...noTimers },
      {
        onRequestStart: (started) => {
          controller = started;
          // It waited for a connection, and for nobody any more.
          if (signal.aborted) started.abort(signal.reason);
        },
        onResponseStart: (_controller, statusCode, headers) => {
          if (statusCode < 200) return;
          answered = { statusCode, type: String(headers['content-type'] ?? '') };
          reader.start?.(answered);
        },
        onResponseData: (_controller, chunk) => reader.data(chunk),
        onResponseEnd: () => {
          signal.removeEventListener('abort', giveUp);
          resolve(answered);
        },
        onResponseError: (_controller, cause) => {
          signal.removeEventListener('abort', giveUp);
          reject(cause);
        },
      },
    );
  });
}

/** The same, with the body as text. */
export async function exchangeText(
  pool: Pool,
  asked: Asked,
  signal: AbortSignal,
): Promise<Answered & { text: string }> {
  const chunks: Buffer[] = [];
  const answered = await exchange(pool, asked, signal, { data: (chunk) => chunks.push(chunk) });
  return { ...answered, text: textOf(chunks) };
}

function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  // Subgraphs that are not ours may begin with a byte order mark, which JSON does not know.
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

// The subgraph's side of bundles (bundle-format.ts). Whoever sends one has shown an identity before its body was read; each call in
// it runs under its own, and is refused without one, as if it had come alone. Answers leave as they come: those of one moment
// together, and none waits for a slow one.
import type { ServerResponse } from 'node:http';
import type { Execute } from '../calls/call.ts';
import { parseTimeout, startTimeout, type Timeout } from '../calls/deadline.ts';
import { buildInternalError } from '../calls/public-errors.ts';
import { getTraceId } from '../calls/trace.ts';
import type { Verify } from '../identity/signed-identity.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Log } from '../process/log.ts';
import { type Bundle, type BundledCall, bundleType, frameOf } from './bundle-format.ts';

export interface BundleOptions {
  execute: Execute;
  verify: Verify;
  log: Log;
  timeoutMs: number;
  /** What a call without a valid identity is answered. */
  refusal: string;
}

/** Writes the whole response. Never rejects. */
export async function answerBundle(
  response: ServerResponse,
  { tokens, calls }: Bundle,
  options: BundleOptions,
): Promise<void> {
  const endings = new Set<Timeout>();
  response.once('close', () => {
    for (const ending of [...endings]) ending.abort(new Error('the caller went away'));
  });
  const write = writerOf(response, calls.length);
  const viewers = await Promise.allSettled(tokens.map((token) => options.verify(token)));
  for (const [place, call] of calls.entries()) {
    const verified = viewers[call.token];
    if (verified?.status !== 'fulfilled') {
      options.log.info({ err: verified?.reason }, 'refused a caller without a valid identity');
      write(frameOf(place, 401, options.refusal));
      continue;
    }
    void answered(call, verified.value, endings, options).then(({ status, text }) =>
      write(frameOf(place, status, text)),
    );
  }
}

async function answered(
  { operation, traceparent, timeout, address }: BundledCall,
  viewer: Viewer,
  endings: Set<Timeout>,
  { execute, log, timeoutMs }: BundleOptions,
): Promise<{ status: number; text: string }> {
  const traceId = getTraceId(traceparent);
  const patienceMs = parseTimeout(timeout, timeoutMs);
  const ending = startTimeout(patienceMs);
  endings.add(ending);
  try {
    const call = { viewer, signal: ending.signal, deadline: Date.now() + patienceMs, traceId, address };
    return { status: 200, text: JSON.stringify(await execute(operation, call)) };
  } catch (cause) {
    log.error({ err: cause, traceId }, 'a request failed');
    return { status: 500, text: JSON.stringify({ errors: [buildInternalError(traceId)] }) };
  } finally {
    ending.clear();
    endings.delete(ending);
  }
}

/** Gathers the frames of one turn of the event loop, and ends with the last of all. */
function writerOf(response: ServerResponse, frames: number): (frame: string) => void {
  let left = frames;
  let gathered = '';
  const send = () => {
    const text = gathered;
    gathered = '';
    if (response.destroyed) return;
    if (!response.headersSent) response.setHeader('content-type', bundleType);
    if (left === 0) response.end(text);
    else response.write(text);
  };
  return (frame) => {
    left -= 1;
    if (gathered === '') setImmediate(send);
    gathered += frame;
  };
}

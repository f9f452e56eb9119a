// The subgraph's side of bundles (bundle-format.ts). The sender has shown an identity before its body was read. Each call in the bundle
// runs with its own identity, and is refused without a valid one, as a single request is. Responses leave as they are ready: the
// responses of one moment leave together, and no response waits for a slow call.
import type { ServerResponse } from 'node:http';
import type { Execute } from '../calls/call.ts';
import { CallerGone, parseTimeout, startTimeout, type Timeout } from '../calls/deadline.ts';
import { buildInternalError, logFailure } from '../calls/public-errors.ts';
import { getTraceId } from '../calls/trace.ts';
import type { Verify } from '../identity/signed-identity.ts';
import type { Viewer } from '../identity/viewer.ts';
import type { Log } from '../process/log.ts';
import { type Bundle, type BundledCall, bundleType, formatFrame } from './bundle-format.ts';

export interface BundleOptions {
  execute: Execute;
  verify: Verify;
  log: Log;
  timeoutMs: number;
  /** The response body of a call without a valid identity. */
  unauthenticatedBody: string;
}

/** Writes the whole response. Never rejects. */
export async function answerBundle(
  response: ServerResponse,
  { tokens, calls }: Bundle,
  options: BundleOptions,
): Promise<void> {
  const timeouts = new Set<Timeout>();
  response.once('close', () => {
    for (const timeout of [...timeouts]) timeout.abort(new CallerGone());
  });
  const write = createFrameWriter(response, calls.length);
  const viewers = await Promise.allSettled(tokens.map((token) => options.verify(token)));
  for (const [index, call] of calls.entries()) {
    const verified = viewers[call.token];
    if (verified?.status !== 'fulfilled') {
      options.log.info({ err: verified?.reason }, 'refused a caller without a valid identity');
      write(formatFrame(index, 401, options.unauthenticatedBody));
      continue;
    }
    void executeCall(call, verified.value, timeouts, options).then(({ status, text }) =>
      write(formatFrame(index, status, text)),
    );
  }
}

async function executeCall(
  { operation, traceparent, timeout: requestedTimeout, address }: BundledCall,
  viewer: Viewer,
  timeouts: Set<Timeout>,
  { execute, log, timeoutMs: maxTimeoutMs }: BundleOptions,
): Promise<{ status: number; text: string }> {
  const traceId = getTraceId(traceparent);
  const timeoutMs = parseTimeout(requestedTimeout, maxTimeoutMs);
  const timeout = startTimeout(timeoutMs);
  timeouts.add(timeout);
  try {
    const call = { viewer, signal: timeout.signal, deadline: Date.now() + timeoutMs, traceId, address };
    return { status: 200, text: JSON.stringify(await execute(operation, call)) };
  } catch (cause) {
    logFailure(log, cause, traceId);
    return { status: 500, text: JSON.stringify({ errors: [buildInternalError(traceId)] }) };
  } finally {
    timeout.clear();
    timeouts.delete(timeout);
  }
}

/** Writes the frames of one turn of the event loop together, and ends the response with the last frame. */
function createFrameWriter(response: ServerResponse, frameCount: number): (frame: string) => void {
  let remaining = frameCount;
  let buffered = '';
  const send = () => {
    const text = buffered;
    buffered = '';
    if (response.destroyed) return;
    if (!response.headersSent) response.setHeader('content-type', bundleType);
    if (remaining === 0) response.end(text);
    else response.write(text);
  };
  return (frame) => {
    remaining -= 1;
    if (buffered === '') setImmediate(send);
    buffered += frame;
  };
}

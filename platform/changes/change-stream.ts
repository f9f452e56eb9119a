// Serves the change notices of a subgraph (change-hub.ts) over HTTP, as a stream that stays open: one line for each notice, and
// an empty line at regular intervals. Only the gateway may read it; its signed identity is verified.
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { findService, refuseCaller } from '../http/service-caller.ts';
import type { Verify } from '../identity/signed-identity.ts';
import type { ChangeNotices } from './change-hub.ts';

export const changeStreamPath = '/changes';

/** The lines of a stream. `heard` and `unheard` say whether this instance receives the notices of other instances; one of them comes first. */
export const streamLines = { changed: 'changed', heard: 'heard', unheard: 'unheard', alive: '' } as const;

/** Time between two empty lines, and the silence after which a reader treats the stream as broken. In milliseconds. */
export const heartbeatIntervalMs = 300;
export const silenceTimeoutMs = 1_000;

/** Largest amount that waits for a slow reader, in bytes. Beyond it the stream ends, and the reader drops what it keeps. */
const maxBufferedBytes = 16 * 1024;

/** Adds the stream to the server. All streams end before the server closes, because the server waits for open responses. */
export function mountChangeStream(server: FastifyInstance, notices: ChangeNotices, verify: Verify): void {
  const streams = new Set<ServerResponse>();
  const writeLine = (line: string) => {
    for (const stream of streams) {
      stream.write(`${line}\n`);
      if (stream.writableLength > maxBufferedBytes) stream.destroy();
    }
  };
  const currentState = () => (notices.isReceiving() ? streamLines.heard : streamLines.unheard);
  const stop = notices.onNotice(() => writeLine(`${streamLines.changed}\n${currentState()}`));
  const heartbeat = setInterval(() => writeLine(streamLines.alive), heartbeatIntervalMs).unref();
  server.addHook('preClose', async () => {
    stop();
    clearInterval(heartbeat);
    for (const stream of streams) stream.end();
  });
  server.get(changeStreamPath, async (request, reply) => {
    if ((await findService(request, verify)) !== 'gateway')
      return refuseCaller(reply, 'A signed identity is required.');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    raw.once('close', () => streams.delete(raw));
    streams.add(raw);
    raw.write(`${currentState()}\n`);
    return reply;
  });
}

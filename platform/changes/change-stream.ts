// The word of changes (change-hub.ts) over HTTP, as a stream that stays open: a line for each, and one from time to time that
// nothing but says the stream is alive. For the gateway alone, by its signed identity.
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Verify } from '../identity/signed-identity.ts';
import type { Changes } from './change-hub.ts';

export const changesPath = '/changes';

/** The lines of a stream. The first one is `heard` or `unheard`: whether this instance hears of what others change. */
export const changeLines = { changed: 'changed', heard: 'heard', unheard: 'unheard', alive: '' } as const;

/** How often a stream says that it is alive, and after how long without a word it is taken for dead. In milliseconds. */
export const aliveEveryMs = 300;
export const deadAfterMs = 1_000;

/** Waiting for a gateway that does not read, in bytes: what it has missed by then it learns by its stream's end. */
const mostWaiting = 16 * 1024;

/** Ends with the server, which would wait for it otherwise. */
export function mountChanges(server: FastifyInstance, changes: Changes, verify: Verify): void {
  const streams = new Set<ServerResponse>();
  const say = (line: string) => {
    for (const stream of streams) {
      stream.write(`${line}\n`);
      if (stream.writableLength > mostWaiting) stream.destroy();
    }
  };
  const state = () => (changes.isHeard() ? changeLines.heard : changeLines.unheard);
  const stop = changes.onChange(() => say(`${changeLines.changed}\n${state()}`));
  const alive = setInterval(() => say(changeLines.alive), aliveEveryMs).unref();
  server.addHook('preClose', async () => {
    stop();
    clearInterval(alive);
    for (const stream of streams) stream.end();
  });
  server.get(changesPath, async (request, reply) => {
    const [, token = ''] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const viewer = await verify(token).catch(() => undefined);
    if (viewer?.kind !== 'service' || viewer.name !== 'gateway') {
      return reply.code(401).send({
        errors: [{ message: 'A signed identity is required.', extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    raw.once('close', () => streams.delete(raw));
    streams.add(raw);
    raw.write(`${state()}\n`);
    return reply;
  });
}

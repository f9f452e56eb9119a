// HTTP/2 in clear text ("prior knowledge") on the port that listens for HTTP/1.1: service meshes and load balancers that
// multiplex use it, while health checks and curl go on as they did. Told apart by the first bytes of a connection.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { constants, createServer, type Http2ServerRequest, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { GatewaySettings } from '../settings/settings.ts';
import { HttpRefusal } from './refusal.ts';

/** How an HTTP/2 connection begins; no HTTP/1.1 method does. */
const preface = 'PRI ';

/** Requests at once on one connection: a load balancer's share, and no more than what one client may make of a machine. */
const concurrentStreams = 100;

const headerLimit = 16 * 1024;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Call it before the server listens. */
export function alsoTakeHttp2(server: Server, handler: Handler, settings: GatewaySettings): void {
  const takeHttp1 = server.listeners('connection') as ((socket: Socket) => void)[];
  const sessions = new Set<ServerHttp2Session>();
  const http2 = createServer(
    {
      settings: {
        maxConcurrentStreams: concurrentStreams,
        maxHeaderListSize: headerLimit,
        enablePush: false,
      },
    },
    // Node's compatibility layer is what Fastify takes for a request of either version.
    handler as never,
  );
  http2.on('session', (session) => {
    sessions.add(session);
    session.setTimeout(settings.KEEP_ALIVE_MS, () => session.close());
    session.once('close', () => sessions.delete(session));
  });
  // What a broken session does is its own affair: it is closed by now.
  http2.on('sessionError', () => {});

  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    const giveUp = () => socket.destroy();
    // Neither protocol's timers know this connection yet.
    socket.setTimeout(settings.HEADERS_TIMEOUT_MS, giveUp);
    socket.once('error', giveUp);
    socket.once('readable', () => {
      const start: Buffer | null = socket.read();
      if (start === null) return;
      socket.setTimeout(0);
      socket.removeListener('timeout', giveUp);
      socket.removeListener('error', giveUp);
      socket.unshift(start);
      if (start.toString('latin1', 0, preface.length) === preface) http2.emit('connection', socket);
      else for (const take of takeHttp1) take.call(server, socket);
    });
  });
  endSessionsWith(server, sessions);
}

/** What ends HTTP/1.1 connections ends these too: sessions let their requests end, and then go. */
function endSessionsWith(server: Server, sessions: ReadonlySet<ServerHttp2Session>): void {
  const { close, closeAllConnections } = server;
  server.close = (done) => {
    for (const session of sessions) session.close();
    return close.call(server, done);
  };
  server.closeAllConnections = () => {
    for (const session of sessions) session.destroy();
    closeAllConnections.call(server);
  };
}

/** What Node bounds in HTTP/1.1 and only announces in HTTP/2: the size of headers, and the time that a body may take. */
export function boundHttp2(server: FastifyInstance, timeoutMs: number): void {
  server.addHook('onRequest', async (request) => {
    if (request.raw.httpVersionMajor !== 2) return;
    const raw = request.raw as unknown as Http2ServerRequest;
    const size = raw.rawHeaders.reduce((sum, text) => sum + text.length, 0);
    if (size > headerLimit) throw new HttpRefusal(431, 'HEADERS_TOO_LARGE');
    const late = setTimeout(() => raw.stream.close(constants.NGHTTP2_CANCEL), timeoutMs);
    raw.once('end', () => clearTimeout(late));
    raw.once('close', () => clearTimeout(late));
  });
  // HTTP/2 has no such header; Fastify sets it where a body was refused.
  server.addHook('onSend', async (request, reply) => {
    if (request.raw.httpVersionMajor === 2) reply.removeHeader('connection');
  });
}

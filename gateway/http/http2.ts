// HTTP/2 in clear text ("prior knowledge") on the port of HTTP/1.1. Service meshes and load balancers use it to send many
// requests over one connection; health checks and curl keep using HTTP/1.1. The first bytes of a connection decide.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { constants, createServer, type Http2ServerRequest, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { GatewaySettings } from '../settings/settings.ts';
import { HttpRefusal } from './refusal.ts';

/** Every HTTP/2 connection begins with these bytes, and no HTTP/1.1 method does. */
const preface = 'PRI ';

/** Concurrent requests on one connection: enough for a load balancer, and not enough for one client to fill a machine. */
const maxConcurrentStreams = 100;

/** Request line and headers together, in HTTP/1.1 and HTTP/2. It is Node's own default. A longer query needs POST. */
export const maxHeaderBytes = 16 * 1024;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Call this before the server listens. */
export function acceptHttp2(server: Server, handler: Handler, settings: GatewaySettings): void {
  const http1Listeners = server.listeners('connection') as ((socket: Socket) => void)[];
  const sessions = new Set<ServerHttp2Session>();
  const http2 = createServer(
    {
      settings: {
        maxConcurrentStreams: maxConcurrentStreams,
        maxHeaderListSize: maxHeaderBytes,
        enablePush: false,
      },
    },
    // Node's compatibility layer gives Fastify requests of the same shape for both versions.
    handler as never,
  );
  http2.on('session', (session) => {
    sessions.add(session);
    session.setTimeout(settings.KEEP_ALIVE_MS, () => session.close());
    session.once('close', () => sessions.delete(session));
  });
  // Node has already closed a broken session, so that nothing is left to do.
  http2.on('sessionError', () => {});

  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    readFirstBytes(socket, settings.HEADERS_TIMEOUT_MS, (start) => {
      if (start.toString('latin1', 0, preface.length) === preface) http2.emit('connection', socket);
      else for (const listener of http1Listeners) listener.call(server, socket);
    });
  });
  closeSessionsWith(server, sessions);
}

/**
 * Calls back when the first bytes have arrived, and puts them back for the protocol that they belong to. Destroys a connection
 * that sends none in time: the timers of HTTP/1.1 and HTTP/2 do not cover it before its protocol is known.
 */
function readFirstBytes(socket: Socket, timeoutMs: number, onBytes: (start: Buffer) => void): void {
  const destroy = () => socket.destroy();
  socket.setTimeout(timeoutMs, destroy);
  socket.once('error', destroy);
  socket.once('readable', () => {
    const start: Buffer | null = socket.read();
    if (start === null) return;
    socket.setTimeout(0);
    socket.removeListener('timeout', destroy);
    socket.removeListener('error', destroy);
    socket.unshift(start);
    onBytes(start);
  });
}

/**
 * When the server closes, each session gets GOAWAY, finishes its requests and closes. A session is not destroyed: a response that
 * ended a moment ago may not be sent yet. Node has no GOAWAY that only announces the end, so that GOAWAY refuses the requests that
 * are on their way. That is why it is sent after the drain, when load balancers have left, and not at its beginning.
 */
function closeSessionsWith(server: Server, sessions: ReadonlySet<ServerHttp2Session>): void {
  const { close, closeAllConnections } = server;
  const closeSessions = () => {
    for (const session of sessions) session.close();
  };
  server.close = (done) => {
    closeSessions();
    return close.call(server, done);
  };
  server.closeAllConnections = () => {
    closeSessions();
    closeAllConnections.call(server);
  };
}

/** Enforces the size of headers and the time for a body. In HTTP/2 Node announces the former and does not enforce either. */
export function enforceHttp2Limits(server: FastifyInstance, timeoutMs: number): void {
  server.addHook('onRequest', async (request) => {
    if (request.raw.httpVersionMajor !== 2) return;
    const raw = request.raw as unknown as Http2ServerRequest;
    const size = raw.rawHeaders.reduce((sum, text) => sum + text.length, 0);
    if (size > maxHeaderBytes) throw new HttpRefusal(431, 'HEADERS_TOO_LARGE');
    const timeout = setTimeout(() => raw.stream.close(constants.NGHTTP2_CANCEL), timeoutMs);
    raw.once('end', () => clearTimeout(timeout));
    raw.once('close', () => clearTimeout(timeout));
  });
  // Fastify sets this header when it refuses a body, but HTTP/2 does not allow it.
  server.addHook('onSend', async (request, reply) => {
    if (request.raw.httpVersionMajor === 2) reply.removeHeader('connection');
  });
}

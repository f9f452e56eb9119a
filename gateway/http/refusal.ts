// What is answered to an HTTP request that never becomes GraphQL: GraphQL's error shape, a code of the closed list, and
// no word of the framework's. Also what a broken connection is told before it is cut.
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../platform/process/log.ts';
import { gatewayCodes, toPublicHttpError } from '../errors.ts';

export type GatewayCode = keyof typeof gatewayCodes;

/** Thrown in front of GraphQL. Its message reaches the client, so it never repeats what the client sent. */
export class HttpRefusal extends Error {
  override name = 'HttpRefusal';
  readonly statusCode: number;
  readonly code: GatewayCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    statusCode: number,
    code: GatewayCode,
    message: string = gatewayCodes[code],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
    this.headers = headers;
  }
}

/** Short for the most common one. */
export function badRequest(message: string): HttpRefusal {
  return new HttpRefusal(400, 'BAD_REQUEST', message);
}

/** Answers every error, every unknown path and every unknown method. Call it before the server has routes. */
export function refuseInGraphqlShape(server: FastifyInstance, log: Log): void {
  const refuse = refusing(log);
  const methods = new Map<string, string[]>();
  server.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()]);
  });
  server.setErrorHandler<FastifyError>((error, request, reply) => refuse(error, request, reply));
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    refuse(notFound(methods.get(path)), request, reply);
  });
}

/** Sends an error in public form, with headers of its own where it has some. */
export function refusing(log: Log) {
  return (error: Error & { statusCode?: number }, _request: FastifyRequest, reply: FastifyReply) => {
    if (!(error instanceof HttpRefusal)) {
      const { status, body } = toPublicHttpError(error, log);
      return reply.code(status).send(body);
    }
    return reply.code(error.statusCode).headers(error.headers).send(bodyOf(error.code, error.message));
  };
}

function bodyOf(code: GatewayCode, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

/** 405 where the path is there for other methods, 404 otherwise. */
function notFound(methods: readonly string[] | undefined): HttpRefusal {
  if (methods === undefined) return new HttpRefusal(404, 'NOT_FOUND');
  const allow = [...methods, 'OPTIONS'].join(', ');
  return new HttpRefusal(405, 'METHOD_NOT_ALLOWED', gatewayCodes.METHOD_NOT_ALLOWED, { allow });
}

/** What Node's HTTP parser and its timers found wrong; all else is nonsense on the wire. */
const brokenConnections: Readonly<Record<string, readonly [number, GatewayCode]>> = {
  HPE_HEADER_OVERFLOW: [431, 'HEADERS_TOO_LARGE'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'REQUEST_TIMEOUT'],
};

/** Tells the client why, when it can still hear it, and hangs up. */
export function hangUp(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code] = brokenConnections[error.code ?? ''] ?? [400, 'BAD_REQUEST'];
  const body = JSON.stringify(bodyOf(code, gatewayCodes[code]));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

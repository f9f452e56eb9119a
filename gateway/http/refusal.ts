// The responses to HTTP requests that the gateway refuses before GraphQL: the shape of GraphQL's errors, a code of the gateway,
// and no text of the framework. Also the response on a broken connection before the gateway closes it. A client gets the media
// type that it asked for (accept.ts): Apollo Client takes the errors of a 4xx from application/graphql-response+json only.
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { closeAfterAnswer, lingerAndDestroy } from '../../platform/http/lingering-close.ts';
import { StrictJsonError } from '../../platform/http/strict-json.ts';
import type { Log } from '../../platform/process/log.ts';
import { gatewayCodes, toPublicHttpError } from '../errors.ts';
import { findResponseForm } from './accept.ts';

export type GatewayCode = keyof typeof gatewayCodes;

/** Thrown before GraphQL. The client gets the message, so that it must not repeat text of the request. */
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

export function createBadRequest(message: string): HttpRefusal {
  return new HttpRefusal(400, 'BAD_REQUEST', message);
}

/** Handles every error, unknown path and unknown method. Call this before the server has routes. */
export function registerErrorHandlers(server: FastifyInstance, log: Log): void {
  const handleError = createErrorHandler(log);
  const methods = new Map<string, string[]>();
  server.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()]);
  });
  server.setErrorHandler<FastifyError>((error, request, reply) => handleError(error, request, reply));
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    handleError(createNotFound(methods.get(path)), request, reply);
  });
}

/** Sends the public form of an error. A refusal may bring headers. */
export function createErrorHandler(log: Log) {
  return (thrown: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) => {
    closeAfterAnswer(request.raw, reply);
    const error = thrown instanceof StrictJsonError ? createBadRequest(thrown.message) : thrown;
    const { type } = findResponseForm(request.headers.accept) ?? { type: 'application/json' };
    reply.type(`${type}; charset=utf-8`);
    if (!(error instanceof HttpRefusal)) {
      const { status, body } = toPublicHttpError(error, log);
      return reply.code(status).send(JSON.stringify(body));
    }
    return reply
      .code(error.statusCode)
      .headers(error.headers)
      .send(JSON.stringify(buildErrorBody(error.code, error.message)));
  };
}

function buildErrorBody(code: GatewayCode, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

/** 405 for a path that accepts other methods, 404 for every other path. `methods` are those of the path. */
function createNotFound(methods: readonly string[] | undefined): HttpRefusal {
  if (methods === undefined) return new HttpRefusal(404, 'NOT_FOUND');
  const allow = [...methods, 'OPTIONS'].join(', ');
  return new HttpRefusal(405, 'METHOD_NOT_ALLOWED', gatewayCodes.METHOD_NOT_ALLOWED, { allow });
}

/** By the code of Node's HTTP parser or its timers. Every other error is malformed HTTP. */
const refusalByErrorCode: Readonly<Record<string, readonly [number, GatewayCode]>> = {
  HPE_HEADER_OVERFLOW: [431, 'HEADERS_TOO_LARGE'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'REQUEST_TIMEOUT'],
};

/** Sends the reason when the connection is still writable, and closes it. */
export function closeBrokenConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  // The answer is sent, and its connection lingers within limits of its own (platform/http/lingering-close.ts): the rest of the body is late.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code] = refusalByErrorCode[error.code ?? ''] ?? [400, 'BAD_REQUEST'];
  const body = JSON.stringify(buildErrorBody(code, gatewayCodes[code]));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  lingerAndDestroy(socket);
}

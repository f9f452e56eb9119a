// Closes a connection so that its client can read the answer to a request that it is still sending (a body that is too large, a
// path that does not exist). A server that closes at once makes the kernel reset the connection when more bytes arrive, and a
// reset throws away what the client has not read yet. So the server ends its own side, and discards what still comes.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

/** After so many bytes the server closes, and a client that still sends gets a reset. Reading them costs little. */
const maxDiscardedBytes = 32 * 1024 * 1024;
/** The same after so long a time. */
const lingerMs = 10_000;

/**
 * To be called before an answer is sent that does not need the rest of its request. It does nothing for a request that has
 * arrived, and none for HTTP/2, in which a stream ends without its connection.
 */
export function closeAfterAnswer(
  { complete, httpVersionMajor, socket }: IncomingMessage,
  reply: FastifyReply,
): void {
  if (complete || httpVersionMajor === 2) return;
  reply.header('connection', 'close');
  // Node calls this after the last byte of an answer with `connection: close`.
  socket.destroySoon = () => lingerAndDestroy(socket);
}

/** Ends the server's side of the connection, and destroys it when the client has ended its own or a limit is reached. */
export function lingerAndDestroy(socket: Socket): void {
  let remaining = maxDiscardedBytes;
  const timeout = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timeout));
  socket.once('error', () => socket.destroy());
  socket.once('end', () => socket.destroy());
  socket.end();
  // Without its parser the connection executes nothing more: a request behind the refused one could get no answer.
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Buffer) => {
    remaining -= chunk.length;
    if (remaining < 0) socket.destroy();
  });
  socket.resume();
}

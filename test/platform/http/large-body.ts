// A client that writes its whole request before it reads anything, as many HTTP libraries do.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const chunk = Buffer.alloc(64 * 1024, ' ');

/** Sends a POST with so many bytes of body, and returns what the server sent until it closed. Rejects when it resets. */
export async function postLargeBody(
  url: string,
  bytes: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { hostname, port, pathname } = new URL(url);
  const all = {
    host: hostname,
    'content-length': String(bytes),
    'content-type': 'application/json',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.pause();
  const failed = new Promise<never>((_resolve, reject) => socket.once('error', reject));
  const write = (part: Buffer | string) =>
    Promise.race([new Promise((resolve) => socket.write(part, resolve)), failed]);
  try {
    await write(`POST ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    for (let sent = 0; sent < bytes; sent += chunk.length) await write(chunk.subarray(0, bytes - sent));
    return await Promise.race([text(socket), failed]);
  } finally {
    socket.destroy();
  }
}

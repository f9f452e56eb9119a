// The common part of every peer's process: it reads its options, sends its URL, and ends with its parent.
import type { Server } from 'node:http';

/** The options that startPeer received. */
export function readOptions<Options>(): Options {
  return JSON.parse(process.argv[2] ?? '{}');
}

/** Tells the parent that this process answers at `url`. From here on it ends on a signal, or when its parent has ended. */
export function sendReady(url: string): void {
  // A terminal's Ctrl-C reaches all processes. The parent handles it and ends its children.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit());
  process.send?.({ url });
}

/** Listens on a free port of 127.0.0.1. */
export function listenOnAnyPort(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/graphql`);
    });
  });
}

// What every peer's process does: reads its options, says where it answers, and ends with the one who started it.
import type { Server } from 'node:http';

/** What startPeer was given. */
export function optionsOf<Options>(): Options {
  return JSON.parse(process.argv[2] ?? '{}');
}

/** Says that this process answers at `url`. From here on it ends when it is told to, or when its parent is gone. */
export function ready(url: string): void {
  // A terminal's Ctrl-C reaches everybody: the parent takes it, and ends us in its turn.
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

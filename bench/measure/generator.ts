// Starts the load generator in a process of its own and sends orders to it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import type { LoadOrder, LoadReply, RunOrder } from './load.ts';

export interface Generator {
  /** Opens the connections and runs the lead-in. */
  open: (order: Omit<LoadOrder, 'kind'>) => Promise<void>;
  /** Sends requests over all connections for some time, then closes them. `took` has the milliseconds of each request, unordered. */
  run: (ms: number) => Promise<{ took: Float64Array; seconds: number }>;
}

export async function openGenerator(opened: OpenResources): Promise<Generator> {
  const child = fork(join(import.meta.dirname, 'load.ts'), [], { env: {}, serialization: 'advanced' });
  const ended = once(child, 'exit');
  opened.add('load generator', async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await once(child, 'message');
  const send = async (order: LoadOrder | RunOrder) => {
    const answered = once(child, 'message');
    child.send(order);
    const dead = ended.then(() => {
      throw new Error('the load generator ended');
    });
    const [reply] = (await Promise.race([answered, dead])) as [LoadReply];
    if ('error' in reply) throw new Error(reply.error);
    return reply;
  };
  return {
    open: async (order) => void (await send({ kind: 'open', ...order })),
    run: (ms) => send({ kind: 'run', ms }),
  };
}

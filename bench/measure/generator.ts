// The load generator as the bench sees it: a process that is told whom to ask, and then to go.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import type { LoadOrder, LoadReply, RunOrder } from './load.ts';

export interface Generator {
  /** Opens the connections, and asks over each for a while. */
  open: (order: Omit<LoadOrder, 'kind'>) => Promise<void>;
  /** Asks over all of them for a while, then closes them. Milliseconds that each request took, in no order. */
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
  const say = async (order: LoadOrder | RunOrder) => {
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
    open: async (order) => void (await say({ kind: 'open', ...order })),
    run: (ms) => say({ kind: 'run', ms }),
  };
}

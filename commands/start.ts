// npm start [-- --fresh]: starts the whole graph in one process. With WORKERS=n it starts n worker processes that share the port;
// each of them runs this file as well.
// npm start -- products: starts one subgraph alone, at its own address, and prints identities to explore it.
// PostgreSQL is embedded, unless the environment names databases (.env.example).
import cluster from 'node:cluster';
import { runUntilEnd } from '../platform/process/lifecycle.ts';

// The code is loaded when the process already listens to signals: loading takes a second on a slow machine.
await runUntilEnd(async (life) => {
  if (cluster.isWorker) {
    const { runWorker } = await import('../local/workers/worker.ts');
    return runWorker(life);
  }
  const { startAll } = await import('../local/start.ts');
  return startAll(life);
});

// purchases: what people buy, and the saga that carries a purchase through four databases.
import { defineSubgraph } from '../../platform/subgraph.ts';
import { refusals } from './errors.ts';
import { CreatePurchase1790000000301 } from './migrations/1790000000301-create-purchase.ts';
import { CreatePurchaseLine1790000000302 } from './migrations/1790000000302-create-purchase-line.ts';
import { purchaseTable } from './purchase.ts';
import { purchaseLineTable } from './purchase-line.ts';
import { resolvers } from './resolvers.ts';
import { rowStep } from './row-engine.ts';
import type { Step } from './step.ts';

export interface Own {
  /** The engine that runs the saga's steps. */
  step: Step;
  /** Remembers a run until it ends, so that closing waits for it; answers what the run answers. */
  running: <Result>(run: Promise<Result>) => Promise<Result>;
}

export const subgraph = defineSubgraph({
  name: 'purchases',
  tables: [purchaseTable, purchaseLineTable],
  migrations: [CreatePurchase1790000000301, CreatePurchaseLine1790000000302],
  resolvers,
  peers: ['products', 'payments'],
  refusals,
  open: () => {
    const runs = new Set<Promise<unknown>>();
    const own: Own = {
      step: rowStep,
      running: (run) => {
        runs.add(run);
        return run.finally(() => runs.delete(run));
      },
    };
    return {
      own,
      close: async () => {
        await Promise.allSettled(runs);
      },
    };
  },
});

// purchases: the purchases of accounts, and the saga that runs a purchase over several databases.
import { z } from 'zod';
import { follow } from '../../platform/followers/follow.ts';
import { wholeNumber } from '../../platform/process/variables.ts';
import { defineSubgraph } from '../../platform/subgraph/definition.ts';
import { discontinuedProductTable } from './discontinued-products/discontinued-product.ts';
import { onProductDiscontinued } from './discontinued-products/on-product-discontinued.ts';
import { refusals } from './errors.ts';
import { purchaseCancelled } from './events/purchase-cancelled.ts';
import { purchaseCompleted } from './events/purchase-completed.ts';
import { CreatePurchase1790000000301 } from './migrations/1790000000301-create-purchase.ts';
import { CreatePurchaseLine1790000000302 } from './migrations/1790000000302-create-purchase-line.ts';
import { AddPurchaseOwner1790000000303 } from './migrations/1790000000303-add-purchase-owner.ts';
import { IndexPurchaseStatus1790000000304 } from './migrations/1790000000304-index-purchase-status.ts';
import { CreateEvent1790000000305 } from './migrations/1790000000305-create-event.ts';
import { CreateDiscontinuedProduct1790000000306 } from './migrations/1790000000306-create-discontinued-product.ts';
import type { Own } from './own.ts';
import { paymentOperations } from './payments.ts';
import { purchaseTable } from './purchase.ts';
import { purchaseLineTable } from './purchase-line.ts';
import { resolvers } from './resolvers.ts';
import { openRestateEngine } from './restate/engine.ts';
import { checkRestateSettings } from './restate/settings.ts';
import { createRowEngine } from './row-engine.ts';
import { openSignOfLife } from './sign-of-life.ts';
import { stockOperations } from './stock.ts';

export const subgraph = defineSubgraph({
  name: 'purchases',
  tables: [purchaseTable, purchaseLineTable, discontinuedProductTable],
  migrations: [
    CreatePurchase1790000000301,
    CreatePurchaseLine1790000000302,
    AddPurchaseOwner1790000000303,
    IndexPurchaseStatus1790000000304,
    CreateEvent1790000000305,
    CreateDiscontinuedProduct1790000000306,
  ],
  events: [purchaseCompleted, purchaseCancelled],
  followers: {
    'discontinued-products': follow('products', 'beginning', {
      'product.discontinued': onProductDiscontinued,
    }),
  },
  resolvers,
  peers: ['products', 'payments'],
  peerOperations: { products: stockOperations, payments: paymentOperations },
  refusals,
  settings: z.object({
    PURCHASES_WAIT_MS: wholeNumber(0, 60_000).default(10_000),
    PURCHASES_SWEEP_MS: wholeNumber(10, 60_000).default(200),
    PURCHASES_ENGINE: z.enum(['row', 'restate']).default('row'),
    PURCHASES_RESTATE_INGRESS_URL: z
      .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
      .optional(),
    PURCHASES_RESTATE_ADMIN_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
    PURCHASES_RESTATE_LISTEN: wholeNumber(0, 65535).default(9080),
    PURCHASES_RESTATE_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  }),
  checkSettings: (settings, environment) => {
    if (settings.PURCHASES_ENGINE === 'restate') checkRestateSettings(settings, environment);
  },
  open: async ({
    settings,
    databaseUrl,
    environment,
    log,
  }): Promise<{ own: Own; close: () => Promise<void> }> => {
    const engine =
      settings.PURCHASES_ENGINE === 'restate'
        ? await openRestateEngine(settings, environment.IDENTITY_KEY)
        : createRowEngine(await openSignOfLife(databaseUrl, log), settings.PURCHASES_SWEEP_MS);
    return { own: { engine, waitMs: settings.PURCHASES_WAIT_MS }, close: engine.close };
  },
  background: (ctx) => ctx.own.engine.startBackground(ctx),
});

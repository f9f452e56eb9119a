// payments: what buyers pay, what staff give back, and the ledger behind both.
import { z } from 'zod';
import { defineSubgraph } from '../../platform/subgraph.ts';
import { refusals } from './errors.ts';
import { CreatePayment1790000000201 } from './migrations/1790000000201-create-payment.ts';
import { CreatePosting1790000000202 } from './migrations/1790000000202-create-posting.ts';
import { CreateRefund1790000000203 } from './migrations/1790000000203-create-refund.ts';
import { openProvider } from './open-provider.ts';
import { paymentTable } from './payment.ts';
import { postingTable } from './posting.ts';
import type { Insist, PaymentProvider } from './provider.ts';
import { refundTable } from './refund.ts';
import { resolvers } from './resolvers.ts';

export interface Own {
  provider: PaymentProvider;
  /** How its calls are repeated when it does not answer. */
  insist: Insist;
}

export const subgraph = defineSubgraph({
  name: 'payments',
  tables: [paymentTable, postingTable, refundTable],
  migrations: [CreatePayment1790000000201, CreatePosting1790000000202, CreateRefund1790000000203],
  resolvers,
  refusals,
  settings: z.object({
    PAYMENTS_PROVIDER_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
    PAYMENTS_PROVIDER_KEY: z.string().min(1).optional(),
    PAYMENTS_PROVIDER_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(5_000),
  }),
  open: openProvider,
});

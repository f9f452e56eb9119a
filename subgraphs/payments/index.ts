// payments: the payments of purchases, their refunds, and the ledger of both.
import { z } from 'zod';
import { wholeNumber } from '../../platform/process/variables.ts';
import { defineSubgraph } from '../../platform/subgraph/definition.ts';
import { disputeTable } from './dispute.ts';
import { refusals } from './errors.ts';
import { postingTable } from './ledger/posting.ts';
import { CreatePayment1790000000201 } from './migrations/1790000000201-create-payment.ts';
import { CreatePosting1790000000202 } from './migrations/1790000000202-create-posting.ts';
import { CreateRefund1790000000203 } from './migrations/1790000000203-create-refund.ts';
import { IndexPending1790000000204 } from './migrations/1790000000204-index-pending.ts';
import { IndexPostingPayment1790000000205 } from './migrations/1790000000205-index-posting-payment.ts';
import { AllowExpired1790000000206 } from './migrations/1790000000206-allow-expired.ts';
import { CreateDispute1790000000207 } from './migrations/1790000000207-create-dispute.ts';
import { FollowPayments1790000000208 } from './migrations/1790000000208-follow-payments.ts';
import { AddGivenUp1790000000209 } from './migrations/1790000000209-add-given-up.ts';
import { onProviderEvent, providerEventPath } from './on-provider-event.ts';
import { checkProviderSettings, openProvider, shareProvider } from './open-provider.ts';
import { paymentTable } from './payment.ts';
import { webhookSecretList } from './provider/webhook-secrets.ts';
import { refundTable } from './refund.ts';
import { resolvers } from './resolvers.ts';
import { startSweep } from './sweep.ts';

const providerUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });

export const subgraph = defineSubgraph({
  name: 'payments',
  tables: [paymentTable, postingTable, refundTable, disputeTable],
  migrations: [
    CreatePayment1790000000201,
    CreatePosting1790000000202,
    CreateRefund1790000000203,
    IndexPending1790000000204,
    IndexPostingPayment1790000000205,
    AllowExpired1790000000206,
    CreateDispute1790000000207,
    FollowPayments1790000000208,
    AddGivenUp1790000000209,
  ],
  resolvers,
  refusals,
  settings: z.object({
    PAYMENTS_PROVIDER_URL: providerUrl.optional(),
    PAYMENTS_SANDBOX_URL: providerUrl.optional(),
    PAYMENTS_PROVIDER_KEY: z.string().min(1).optional(),
    PAYMENTS_PROVIDER_TIMEOUT_MS: wholeNumber(100, 60_000).default(5_000),
    PAYMENTS_WEBHOOK_SECRET: webhookSecretList.optional(),
    PAYMENTS_SWEEP_MS: wholeNumber(0, 600_000).default(1_000),
    PAYMENTS_FOLLOW_DAYS: wholeNumber(0, 3_650).default(180),
    PAYMENTS_FOLLOW_AFTER_SECONDS: wholeNumber(1, 86_400).default(600),
  }),
  checkSettings: checkProviderSettings,
  open: openProvider,
  share: shareProvider,
  background: startSweep,
  webhooks: { [providerEventPath]: onProviderEvent },
  neighbours: ({ neighbours }) => neighbours,
  onListening: ({ own }, origin) => own.postEventsTo(origin + providerEventPath),
});

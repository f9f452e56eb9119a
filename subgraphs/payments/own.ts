// What index.ts opens for this subgraph. Its files use it as `ctx.own`.
import type { AskNeighbour } from '../../platform/subgraph/neighbours.ts';
import type { CallProvider, PaymentProvider } from './provider/provider.ts';

export interface Own {
  provider: PaymentProvider;
  /** Runs a call to the provider, and repeats it when the provider does not answer. */
  callProvider: CallProvider;
  /** The secrets with which the provider may sign its events. Without one, every event is refused. */
  webhookSecrets: readonly string[];
  /** Tells a sandbox provider of this process to which URL it posts its events. */
  postEventsTo: (url: string) => void;
  /** The provider, where it is not the sandbox of this process, which has the right key. */
  neighbours: Readonly<Record<string, AskNeighbour>>;
  /** How payments are followed after their request has ended: see follow-payments.ts. */
  follow: {
    /** How long a payment is followed after it was created. With 0 no payment is. */
    days: number;
    /** The time until a payment is compared with the provider for the first time. */
    firstSeconds: number;
  };
  /** The pause between two rounds of the sweeper, in milliseconds. With 0 no rounds run. */
  sweepMs: number;
}

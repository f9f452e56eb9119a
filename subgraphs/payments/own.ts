// What payments opens for itself in index.ts; its behaviours find it as `ctx.own`.
import type { Insist, PaymentProvider } from './provider/provider.ts';

export interface Own {
  provider: PaymentProvider;
  /** How its calls are repeated when it does not answer. */
  insist: Insist;
  /** What the provider signs its events with; without one no event is believed. */
  webhookSecret: string | undefined;
  /** Tells a sandbox provider of this process where to post its events. */
  postEventsTo: (url: string) => void;
  /** Pause between two rounds of the sweeper, in milliseconds; 0 turns it off. */
  sweepMs: number;
}

// What the gateway collects about a response that it may cache, from the start of its execution until the response is complete.
import type { Mark } from './freshness.ts';
import type { GraphPolicies } from './graph-policies.ts';
import type { Policy } from './policy.ts';

export interface PendingResponse {
  readonly policy: Policy;
  /** Of the graph that the operation was validated against. */
  readonly policies: GraphPolicies;
  /** Undefined when the gateway itself must not keep the response. */
  readonly key: string | undefined;
  /** One for each fetch of public data. */
  readonly marks: Mark[];
  /** Becomes false with the first fetch that is sent with the viewer. */
  isPublic: boolean;
}

// What an operator may set of the gateway, beside the variables of every process (platform/environment.ts). Each has a
// default that fits an honest client; .env.example says what it is for.
import { z } from 'zod';
import { type Environment, readSettings } from '../platform/environment.ts';
import { headerNames } from './fetch/forwarded-headers.ts';

const settingsShape = z.object({
  // A supergraph's SDL in place of supergraph.yaml, and which headers its subgraphs get: see start.ts.
  SUPERGRAPH: z.string().min(1).optional(),
  FORWARD_HEADERS: headerNames.default([]),
});

export type GatewaySettings = z.infer<typeof settingsShape>;

/** Every variable that only the gateway reads. */
export const gatewayKeys: readonly string[] = Object.keys(settingsShape.shape);

/** Throws EnvironmentError naming every bad variable. */
export function readGatewaySettings(environment: Environment): GatewaySettings {
  return readSettings(settingsShape, environment);
}

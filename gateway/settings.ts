// What an operator may set of the gateway, beside the variables of every process (platform/environment.ts). Each has a
// default that fits an honest client; .env.example says what it is for.
import { z } from 'zod';
import { type Environment, readSettings } from '../platform/environment.ts';

const settingsShape = z.object({});

export type GatewaySettings = z.infer<typeof settingsShape>;

/** Every variable that only the gateway reads. */
export const gatewayKeys: readonly string[] = Object.keys(settingsShape.shape);

/** Throws EnvironmentError naming every bad variable. */
export function readGatewaySettings(environment: Environment): GatewaySettings {
  return readSettings(settingsShape, environment);
}

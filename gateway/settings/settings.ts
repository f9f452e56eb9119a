// The settings of the gateway, in addition to those of every process (platform/process/environment.ts). Each default leaves
// room for honest clients. .env.example describes each setting.
import { z } from 'zod';

import { type Environment, readSettings } from '../../platform/process/environment.ts';
import { EnvironmentError, readDefaults, wholeNumber } from '../../platform/process/variables.ts';
import { errorCodes } from './error-codes.ts';
import { extensionNames, ownExtensions } from './extension-names.ts';
import { headerNames } from './header-names.ts';
import { hostNames } from './host-names.ts';
import { proxyAddresses } from './proxy-addresses.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

const settingsShape = z.object({
  // HTTP: what the gateway accepts, its size limits and its timeouts. See http/.
  HTTP_PROFILE: z.enum(['hardened', 'open']).default('hardened'),
  HTTP2: flag.default(false),
  TRUSTED_PROXIES: proxyAddresses.default([]),
  ALLOWED_HOSTS: hostNames.default([]),
  BODY_LIMIT_BYTES: wholeNumber(1_024, 10_485_760).default(262_144),
  HEADERS_TIMEOUT_MS: wholeNumber(100, 600_000).default(10_000),
  BODY_TIMEOUT_MS: wholeNumber(100, 600_000).default(30_000),
  KEEP_ALIVE_MS: wholeNumber(1_000, 3_600_000).default(75_000),
  PERSISTED_QUERIES: wholeNumber(0, 1_000_000).default(1_000),
  PERSISTED_QUERIES_BYTES: wholeNumber(65_536, 1_073_741_824).default(4_194_304),
  TRUSTED_DOCUMENTS: flag.default(false),
  OPERATIONS_DIR: z.string().min(1).default('operations'),
  // What one operation may ask for. See limits/. 0 turns a limit off; two limits have no 0, since they bound the work of counting.
  LIMIT_TOKENS: wholeNumber(0, 100_000).default(5_000),
  LIMIT_NESTING: wholeNumber(10, 500).default(100),
  LIMIT_DEPTH: wholeNumber(0, 500).default(20),
  LIMIT_SELECTIONS: wholeNumber(1, 100_000).default(2_000),
  LIMIT_ROOT_FIELDS: wholeNumber(0, 100_000).default(32),
  LIMIT_ALIASES: wholeNumber(0, 100_000).default(64),
  LIMIT_DIRECTIVES: wholeNumber(0, 100_000).default(64),
  LIMIT_REPEATED_FIELDS: wholeNumber(0, 10_000_000).default(10_000),
  LIMIT_INTROSPECTION_DEPTH: wholeNumber(0, 100).default(3),
  LIMIT_INPUT_LIST: wholeNumber(0, 1_000_000).default(1_000),
  LIMIT_LIST_SIZE: wholeNumber(0, 1_000_000).default(1_000),
  LIMIT_COST: wholeNumber(0, 1_000_000_000).default(10_000),
  LIMIT_EXPENSIVE_MUTATION: wholeNumber(0, 1_000_000).default(100),
  // False lets Apollo's own executor run the plans, to find out where a fault is. See execute/executor.ts.
  COMPILED_PLANS: flag.default(true),
  // Apollo's package reports to Apollo and asks for the cloud it runs in, unless it is told not to. See apollo/engine.ts.
  APOLLO_TELEMETRY_DISABLED: flag.default(true),
  // What planning one operation may take. See planning/.
  PLANNING_TIMEOUT_MS: wholeNumber(50, 60_000).default(2_000),
  PLANNING_MEMORY_MB: wholeNumber(16, 8_192).default(256),
  // Limits of the calls to each subgraph. See fetch/bounded-clients.ts.
  SUBGRAPH_TIMEOUT_MS: wholeNumber(10, 600_000).default(10_000),
  SUBGRAPH_CONCURRENCY: wholeNumber(1, 10_000).default(64),
  SUBGRAPH_QUEUE: wholeNumber(0, 100_000).default(1_024),
  SUBGRAPH_FAULTS: wholeNumber(1, 10_000).default(10),
  SUBGRAPH_REST_MS: wholeNumber(1, 600_000).default(500),
  SUBGRAPH_ANSWER_BYTES: wholeNumber(1_024, 1_073_741_824).default(16_777_216),
  SUBGRAPH_KEEP_ALIVE_MS: wholeNumber(100, 600_000).default(1_500),
  SUBGRAPH_CONNECTION_AGE_MS: wholeNumber(1_000, 86_400_000).default(60_000),
  // Caching of public responses, and for how long requests may share a running fetch of one. See cache/.
  RESPONSE_CACHE: wholeNumber(0, 1_000_000).default(1_000),
  RESPONSE_CACHE_BYTES: wholeNumber(65_536, 4_294_967_296).default(16_777_216),
  SHARE_FETCHES_MS: wholeNumber(0, 600_000).default(500),
  // A supergraph file instead of supergraph.yaml, and what passes to and from its subgraphs. See commands/gateway.ts.
  SUPERGRAPH: z.string().min(1).optional(),
  FORWARD_HEADERS: headerNames.default([]),
  FORWARD_ERRORS: errorCodes.default([]),
  FORWARD_EXTENSIONS: extensionNames.default([...ownExtensions]),
});

export type GatewaySettings = z.infer<typeof settingsShape>;

/** The names of all variables that only the gateway reads. */
export const gatewayKeys: readonly string[] = Object.keys(settingsShape.shape);

/** Their defaults as text; empty means that there is none. */
export const gatewayDefaults: Readonly<Record<string, string>> = readDefaults(settingsShape);

/** Throws EnvironmentError, which names every invalid variable. */
export function readGatewaySettings(environment: Environment): GatewaySettings {
  return readSettings(settingsShape, environment);
}

/** True when the gateway serves the supergraph of a file, and not the subgraphs of supergraph.yaml. */
export function servesSupergraphFile({ source }: Environment): boolean {
  return Boolean(source.SUPERGRAPH);
}

/** Throws EnvironmentError for FORWARD_HEADERS without SUPERGRAPH: the subgraphs of supergraph.yaml read no forwarded header. */
export function refuseForwardedHeaders(environment: Environment): void {
  if (servesSupergraphFile(environment) || !environment.source.FORWARD_HEADERS) return;
  throw new EnvironmentError([
    'FORWARD_HEADERS: only with SUPERGRAPH: the subgraphs of supergraph.yaml read no such header; remove it',
  ]);
}

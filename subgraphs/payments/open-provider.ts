// Opens the provider that this process calls: the one that the environment names, or a sandbox for development. Two sandboxes
// must not write the same journal. So several instances need PAYMENTS_PROVIDER_URL, which `shareProvider` sets for the instances
// on one machine.
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Environment } from '../../platform/process/environment.ts';
import { findFolderProblem } from '../../platform/process/folders.ts';
import type { Log } from '../../platform/process/log.ts';
import { OpenResources } from '../../platform/process/shutdown.ts';
import { EnvironmentError } from '../../platform/process/variables.ts';
import type { SharedResources } from '../../platform/subgraph/definition.ts';
import type { AskNeighbour } from '../../platform/subgraph/neighbours.ts';
import { providerEventPath } from './on-provider-event.ts';
import type { Own } from './own.ts';
import { openHttpProvider } from './provider/http-provider.ts';
import { createCallProvider } from './provider/provider.ts';
import { describeDataFolderProblem } from './sandbox/journal.ts';
import { type SandboxProvider, startSandboxProvider } from './sandbox/server.ts';

export interface ProviderSettings {
  PAYMENTS_PROVIDER_URL?: string | undefined;
  PAYMENTS_SANDBOX_URL?: string | undefined;
  PAYMENTS_PROVIDER_KEY?: string | undefined;
  PAYMENTS_PROVIDER_TIMEOUT_MS: number;
  PAYMENTS_WEBHOOK_SECRET?: readonly string[] | undefined;
  PAYMENTS_SWEEP_MS: number;
  PAYMENTS_FOLLOW_DAYS: number;
  PAYMENTS_FOLLOW_AFTER_SECONDS: number;
}

/** In production no URL has a default, so that nobody sells against a sandbox without having said so. */
function getProviderUrl(
  { PAYMENTS_PROVIDER_URL, PAYMENTS_SANDBOX_URL }: ProviderSettings,
  { NODE_ENV }: Pick<Environment, 'NODE_ENV'>,
): string | undefined {
  return NODE_ENV === 'production' ? PAYMENTS_PROVIDER_URL : (PAYMENTS_PROVIDER_URL ?? PAYMENTS_SANDBOX_URL);
}

interface ProviderAccess {
  url: string;
  key: string;
  webhookSecrets: readonly string[];
  postEventsTo: Own['postEventsTo'];
}

/** Opens the provider of settings that passed `checkProviderSettings`. */
export async function openProvider(start: {
  settings: ProviderSettings;
  environment: Environment;
  log: Log;
}): Promise<{ own: Own; close: () => Promise<void> }> {
  const { settings, environment, log } = start;
  const opened = new OpenResources();
  const { url, key, ...events } = await openAccess(settings, environment, log, opened);
  const timeoutMs = settings.PAYMENTS_PROVIDER_TIMEOUT_MS;
  const provider = openHttpProvider({ url, key, timeoutMs });
  opened.add('provider', provider.close);
  const close = async () => {
    const [failure] = await opened.close();
    if (failure !== undefined)
      throw new Error(`${failure.name} could not be closed`, { cause: failure.cause });
  };
  const own = {
    provider,
    callProvider: createCallProvider(timeoutMs),
    neighbours:
      getProviderUrl(settings, environment) === undefined ? {} : { provider: createKeyQuestion(provider) },
    sweepMs: settings.PAYMENTS_SWEEP_MS,
    follow: {
      days: settings.PAYMENTS_FOLLOW_DAYS,
      firstSeconds: settings.PAYMENTS_FOLLOW_AFTER_SECONDS,
    },
    ...events,
  };
  return { own, close };
}

/** Asks the provider whether it accepts the key: with a wrong one each payment would stay pending, and nothing else would say why. */
function createKeyQuestion({ acceptsKey }: ReturnType<typeof openHttpProvider>): AskNeighbour {
  return async (signal) => ((await acceptsKey(signal)) ? {} : { key: refusedKey });
}

const refusedKey = 'refused: PAYMENTS_PROVIDER_KEY is no valid key of the provider at PAYMENTS_PROVIDER_URL';

async function openAccess(
  settings: ProviderSettings,
  environment: Environment,
  log: Log,
  opened: OpenResources,
): Promise<ProviderAccess> {
  const url = getProviderUrl(settings, environment);
  const { PAYMENTS_PROVIDER_KEY: key, PAYMENTS_WEBHOOK_SECRET: webhookSecrets = [] } = settings;
  // The operator of an external provider configures there to which URL it posts its events.
  if (url !== undefined && key !== undefined) return { url, key, webhookSecrets, postEventsTo: () => {} };
  const { sandbox, key: apiKey, secrets } = await startSandbox(settings, environment, log);
  opened.add('sandbox provider', sandbox.close);
  return { url: sandbox.url, key: apiKey, webhookSecrets: secrets, postEventsTo: sandbox.postEventsTo };
}

/** Starts one sandbox for all instances on this machine. Returns undefined when the environment names a provider. */
export async function shareProvider(start: {
  settings: ProviderSettings;
  environment: Environment;
  log: Log;
}): Promise<SharedResources | undefined> {
  const { settings, environment, log } = start;
  if (getProviderUrl(settings, environment) !== undefined) return undefined;
  const { sandbox, key, secrets } = await startSandbox(settings, environment, log);
  return {
    variables: {
      PAYMENTS_PROVIDER_URL: sandbox.url,
      PAYMENTS_PROVIDER_KEY: key,
      PAYMENTS_WEBHOOK_SECRET: secrets.join(),
    },
    onListening: (origin) => sandbox.postEventsTo(origin + providerEventPath),
    close: sandbox.close,
  };
}

async function startSandbox(
  { PAYMENTS_WEBHOOK_SECRET }: ProviderSettings,
  { DATA_DIR }: Environment,
  log: Log,
): Promise<{ sandbox: SandboxProvider; key: string; secrets: readonly string[] }> {
  const key = newSecret();
  const secrets = PAYMENTS_WEBHOOK_SECRET ?? [newSecret()];
  const folder = join(DATA_DIR, 'sandbox-provider');
  const webhook = { secrets };
  const sandbox = await startSandboxProvider({
    host: '127.0.0.1',
    port: 0,
    apiKey: key,
    folder,
    log,
    webhook,
  });
  return { sandbox, key, secrets };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Throws EnvironmentError when the settings do not name a provider that this environment may use. */
export function checkProviderSettings(
  settings: ProviderSettings,
  environment: Pick<Environment, 'NODE_ENV' | 'DATA_DIR'>,
): void {
  const url = getProviderUrl(settings, environment);
  const { PAYMENTS_PROVIDER_KEY: key, PAYMENTS_WEBHOOK_SECRET: secrets } = settings;
  const isProduction = environment.NODE_ENV === 'production';
  const problems: string[] = [];
  if (url === undefined && (isProduction || key !== undefined))
    problems.push('PAYMENTS_PROVIDER_URL: is missing');
  if (key === undefined && (isProduction || url !== undefined))
    problems.push('PAYMENTS_PROVIDER_KEY: is missing');
  if (secrets === undefined && isProduction) problems.push('PAYMENTS_WEBHOOK_SECRET: is missing');
  for (const [name, values] of Object.entries({
    PAYMENTS_PROVIDER_KEY: key === undefined ? [] : [key],
    PAYMENTS_WEBHOOK_SECRET: secrets ?? [],
  })) {
    if (isProduction && values.some((value) => value.length < 16 || value.startsWith('development')))
      problems.push(`${name}: is weak: production needs 16 characters or more, not the development one`);
  }
  // Without a provider there is a sandbox, which opens its journal when the databases are migrated already.
  const folder = resolve(environment.DATA_DIR);
  const reason =
    url === undefined && key === undefined && !isProduction ? findFolderProblem(folder) : undefined;
  if (reason !== undefined) problems.push(describeDataFolderProblem(folder, reason));
  if (problems.length > 0) throw new EnvironmentError(problems);
}

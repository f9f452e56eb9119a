// Which provider this process talks to: the one in the environment, or the sandbox, started here for development.
// Several instances need PAYMENTS_PROVIDER_URL: a sandbox started here serves its own process alone.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Environment, EnvironmentError } from '../../platform/environment.ts';
import type { Log } from '../../platform/log.ts';
import { Opened } from '../../platform/shutdown.ts';
import { openHttpProvider } from './http-provider.ts';
import type { Own } from './index.ts';
import { insistence } from './provider.ts';
import { startSandboxProvider } from './sandbox/server.ts';

export interface ProviderSettings {
  PAYMENTS_PROVIDER_URL?: string | undefined;
  PAYMENTS_PROVIDER_KEY?: string | undefined;
  PAYMENTS_PROVIDER_TIMEOUT_MS: number;
  PAYMENTS_WEBHOOK_SECRET?: string | undefined;
  PAYMENTS_SWEEP_MS: number;
}

interface Access {
  url: string;
  key: string;
  webhookSecret: string | undefined;
  postEventsTo: Own['postEventsTo'];
}

/** Throws EnvironmentError when the settings do not name a provider that this environment may use. */
export async function openProvider(start: {
  settings: ProviderSettings;
  environment: Environment;
  log: Log;
}): Promise<{ own: Own; close: () => Promise<void> }> {
  const { settings, environment, log } = start;
  refuseUnusable(settings, environment);
  const opened = new Opened();
  const { url, key, ...events } = await accessTo(settings, environment, log, opened);
  const timeoutMs = settings.PAYMENTS_PROVIDER_TIMEOUT_MS;
  const provider = openHttpProvider({ url, key, timeoutMs });
  opened.add('provider', provider.close);
  const close = async () => {
    const [failure] = await opened.close();
    if (failure !== undefined)
      throw new Error(`${failure.name} could not be closed`, { cause: failure.cause });
  };
  const own = { provider, insist: insistence(timeoutMs), sweepMs: settings.PAYMENTS_SWEEP_MS, ...events };
  return { own, close };
}

async function accessTo(
  settings: ProviderSettings,
  environment: Environment,
  log: Log,
  opened: Opened,
): Promise<Access> {
  const {
    PAYMENTS_PROVIDER_URL: url,
    PAYMENTS_PROVIDER_KEY: key,
    PAYMENTS_WEBHOOK_SECRET: webhookSecret,
  } = settings;
  // A provider elsewhere is told by its operator where to post its events.
  if (url !== undefined && key !== undefined) return { url, key, webhookSecret, postEventsTo: () => {} };
  const apiKey = newSecret();
  const folder = join(environment.DATA_DIR, 'sandbox-provider');
  const secret = webhookSecret ?? newSecret();
  const webhook = { secret };
  const sandbox = await startSandboxProvider({ host: '127.0.0.1', port: 0, apiKey, folder, log, webhook });
  opened.add('sandbox provider', sandbox.close);
  return { url: sandbox.url, key: apiKey, webhookSecret: secret, postEventsTo: sandbox.postEventsTo };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function refuseUnusable(settings: ProviderSettings, { NODE_ENV }: Environment): void {
  const {
    PAYMENTS_PROVIDER_URL: url,
    PAYMENTS_PROVIDER_KEY: key,
    PAYMENTS_WEBHOOK_SECRET: secret,
  } = settings;
  const isProduction = NODE_ENV === 'production';
  const problems: string[] = [];
  if (url === undefined && (isProduction || key !== undefined))
    problems.push('PAYMENTS_PROVIDER_URL: is missing');
  if (key === undefined && (isProduction || url !== undefined))
    problems.push('PAYMENTS_PROVIDER_KEY: is missing');
  if (secret === undefined && isProduction) problems.push('PAYMENTS_WEBHOOK_SECRET: is missing');
  for (const [name, value] of Object.entries({
    PAYMENTS_PROVIDER_KEY: key,
    PAYMENTS_WEBHOOK_SECRET: secret,
  })) {
    if (isProduction && value !== undefined && (value.length < 16 || value.startsWith('development')))
      problems.push(`${name}: is weak: production needs 16 characters or more, not the development one`);
  }
  if (problems.length > 0) throw new EnvironmentError(problems);
}

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
  const { url, key } = await addressOf(settings, environment, log, opened);
  const timeoutMs = settings.PAYMENTS_PROVIDER_TIMEOUT_MS;
  const provider = openHttpProvider({ url, key, timeoutMs });
  opened.add('provider', provider.close);
  const close = async () => {
    const [failure] = await opened.close();
    if (failure !== undefined)
      throw new Error(`${failure.name} could not be closed`, { cause: failure.cause });
  };
  return { own: { provider, insist: insistence(timeoutMs) }, close };
}

async function addressOf(settings: ProviderSettings, environment: Environment, log: Log, opened: Opened) {
  const { PAYMENTS_PROVIDER_URL: url, PAYMENTS_PROVIDER_KEY: key } = settings;
  if (url !== undefined && key !== undefined) return { url, key };
  const apiKey = randomBytes(32).toString('base64url');
  const folder = join(environment.DATA_DIR, 'sandbox-provider');
  const sandbox = await startSandboxProvider({ host: '127.0.0.1', port: 0, apiKey, folder, log });
  opened.add('sandbox provider', sandbox.close);
  return { url: sandbox.url, key: apiKey };
}

function refuseUnusable(settings: ProviderSettings, { NODE_ENV }: Environment): void {
  const { PAYMENTS_PROVIDER_URL: url, PAYMENTS_PROVIDER_KEY: key } = settings;
  const isProduction = NODE_ENV === 'production';
  const problems: string[] = [];
  if (url === undefined && (isProduction || key !== undefined))
    problems.push('PAYMENTS_PROVIDER_URL: is missing');
  if (key === undefined && (isProduction || url !== undefined))
    problems.push('PAYMENTS_PROVIDER_KEY: is missing');
  if (isProduction && key !== undefined && (key.length < 16 || key.startsWith('development'))) {
    problems.push(
      'PAYMENTS_PROVIDER_KEY: is weak: production needs 16 characters or more, not the development one',
    );
  }
  if (problems.length > 0) throw new EnvironmentError(problems);
}

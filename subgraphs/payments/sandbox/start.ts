// node subgraphs/payments/sandbox/start.ts (with Node 24): runs the sandbox provider as a process of its own, for development and tests only.
import { join } from 'node:path';
import { z } from 'zod';
import { readEnvironment, readSettings } from '../../../platform/process/environment.ts';
import { runUntilEnd } from '../../../platform/process/lifecycle.ts';
import { openLog } from '../../../platform/process/log.ts';
import { EnvironmentError, wholeNumber } from '../../../platform/process/variables.ts';
import { webhookSecretList } from '../provider/webhook-secrets.ts';
import { type SandboxOptions, type SandboxProvider, startSandboxProvider } from './server.ts';

const settingsShape = z.object({
  PAYMENTS_SANDBOX_PORT: wholeNumber(0, 65535).default(4010),
  /** How long the card tok_timeout delays its response. */
  PAYMENTS_SANDBOX_ANSWER_LATE_MS: wholeNumber(0, 60_000).default(20_000),
  /** The same variable as in the payments subgraph, because both sides need the same key. */
  PAYMENTS_PROVIDER_KEY: z.string().min(1),
  /** Where the sandbox posts its events. Without it, the sandbox posts none. */
  PAYMENTS_SANDBOX_WEBHOOK_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  /** The same variable as in the payments subgraph. The sandbox signs its events with each secret of it. */
  PAYMENTS_WEBHOOK_SECRET: webhookSecretList.optional(),
});

await runUntilEnd(async ({ resources }) => {
  const environment = readEnvironment();
  const settings = readSettings(settingsShape, environment);
  const log = openLog(environment, 'sandbox-provider');
  const sandbox = await listen({
    host: environment.HOST,
    port: settings.PAYMENTS_SANDBOX_PORT,
    apiKey: settings.PAYMENTS_PROVIDER_KEY,
    folder: join(environment.DATA_DIR, 'sandbox-provider'),
    answerLateMs: settings.PAYMENTS_SANDBOX_ANSWER_LATE_MS,
    ...readWebhook(settings),
    log,
  });
  resources.add('sandbox provider', sandbox.close);
  log.info({ url: sandbox.url }, 'ready');
}, 'sandbox-provider');

function readWebhook(settings: z.infer<typeof settingsShape>): Pick<SandboxOptions, 'webhook'> {
  const { PAYMENTS_SANDBOX_WEBHOOK_URL: url, PAYMENTS_WEBHOOK_SECRET: secrets } = settings;
  if (url === undefined) return {};
  if (secrets === undefined) throw new EnvironmentError(['PAYMENTS_WEBHOOK_SECRET: is missing']);
  return { webhook: { url, secrets } };
}

async function listen(options: SandboxOptions): Promise<SandboxProvider> {
  try {
    return await startSandboxProvider(options);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new EnvironmentError([`PAYMENTS_SANDBOX_PORT: ${options.port} is taken by another program`]);
  }
}

// The settings of the Restate engine. Its URLs have defaults in development only, where Restate runs on the same machine
// (deploy/restate/README.md): in production a forgotten URL would leave every purchase waiting for a Restate that is not there.
import type { Environment } from '../../../platform/process/environment.ts';
import { EnvironmentError } from '../../../platform/process/variables.ts';
import { loadRestate } from './sdk.ts';

export interface RestateSettings {
  PURCHASES_RESTATE_INGRESS_URL?: string | undefined;
  PURCHASES_RESTATE_ADMIN_URL?: string | undefined;
  PURCHASES_RESTATE_LISTEN: number;
  PURCHASES_RESTATE_URL?: string | undefined;
  PURCHASES_WAIT_MS: number;
  PURCHASES_SWEEP_MS: number;
}

/** Throws one EnvironmentError when the packages are not installed, and in production for each URL that is missing. */
export function checkRestateSettings(
  settings: RestateSettings,
  { NODE_ENV }: Pick<Environment, 'NODE_ENV'>,
): void {
  const { PURCHASES_RESTATE_INGRESS_URL, PURCHASES_RESTATE_ADMIN_URL, PURCHASES_RESTATE_URL } = settings;
  const urls = { PURCHASES_RESTATE_INGRESS_URL, PURCHASES_RESTATE_ADMIN_URL, PURCHASES_RESTATE_URL };
  const missing = Object.entries(urls).filter(([, url]) => url === undefined);
  const problems = NODE_ENV === 'production' ? missing.map(([name]) => `${name}: is missing`) : [];
  try {
    loadRestate();
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause;
    problems.push(...cause.problems);
  }
  if (problems.length > 0) throw new EnvironmentError(problems);
}

export interface RestateUrls {
  /** Where Restate takes calls. */
  ingress: string;
  /** Its administration, where purchases registers. */
  admin: string;
  /** Under which Restate reaches this process. */
  own: string;
}

/** The URLs of settings that passed `checkRestateSettings`. `listenUrl` is the URL at which this process listens for Restate. */
export function getRestateUrls(settings: RestateSettings, listenUrl: string): RestateUrls {
  return {
    ingress: settings.PURCHASES_RESTATE_INGRESS_URL ?? 'http://127.0.0.1:8080',
    admin: settings.PURCHASES_RESTATE_ADMIN_URL ?? 'http://127.0.0.1:9070',
    own: settings.PURCHASES_RESTATE_URL ?? listenUrl,
  };
}

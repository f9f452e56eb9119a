// Which pages may read the gateway's responses (CORS), and which requests a page of another site cannot have caused (CSRF). The gateway
// reads no cookies; this keeps other sites away from a gateway that only the browser's network reaches.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sandboxOrigin } from '../../platform/console/content.ts';
import { isThisMachine } from '../../platform/process/exposure.ts';
import type { Log } from '../../platform/process/log.ts';
import type { GatewayOptions } from '../options.ts';
import { createBadRequest } from './refusal.ts';

export type OriginCheck = (origin: string) => boolean;

/**
 * True for the origins of CORS_ORIGINS. In development also for Sandbox and for every page that this machine serves: a front-end's
 * development server may have any port.
 */
export function createOriginCheck({ environment }: Pick<GatewayOptions, 'environment'>): OriginCheck {
  const listed = new Set(environment.CORS_ORIGINS);
  if (environment.NODE_ENV === 'production') return (origin) => listed.has(origin);
  return (origin) => listed.has(origin) || origin === sandboxOrigin || isLocalOrigin(origin);
}

function isLocalOrigin(origin: string): boolean {
  const [, address, name] = /^https?:\/\/(?:\[([0-9a-f:]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/.exec(origin) ?? [];
  return isThisMachine(address ?? name ?? '');
}

/** So many origins are named in the log. Anybody can send more. */
const maxLoggedOrigins = 20;

/** Logs each origin once whose pages may not read responses: the browser hides the reason from the page's developer. */
export function logOtherOrigins(server: FastifyInstance, isAllowed: OriginCheck, log: Log): void {
  const logged = new Set<string>();
  server.addHook('onRequest', async ({ headers: { origin } }) => {
    if (origin === undefined || logged.size >= maxLoggedOrigins || isAllowed(origin)) return;
    const shown = origin.slice(0, 200);
    if (logged.has(shown)) return;
    logged.add(shown);
    log.warn(
      { origin: shown },
      'a page of another origin sent a request, and its browser lets it read no response: add the origin to CORS_ORIGINS if the page is yours',
    );
  });
}

/** With one of these headers a browser asks for permission first (a preflight), unless the page is the gateway's own. */
const preflightHeaders = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

/** A browser sends these types without asking first. */
const formTypes = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(?:;|$)/i;

/**
 * Throws 400 for a GET request that any site could make a browser send. A request is accepted when it needed a preflight, when the browser
 * says that it comes from an allowed page (`Origin`) or from this origin (`Sec-Fetch-Site`): no page can set these two.
 */
export function refuseForgeableRequest({ method, headers }: FastifyRequest, isAllowed: OriginCheck): void {
  if (method !== 'GET') return;
  const { origin, 'content-type': type, 'sec-fetch-site': site } = headers;
  if (preflightHeaders.some((name) => headers[name])) return;
  if (type !== undefined && type.trim() !== '' && !formTypes.test(type)) return;
  if (origin !== undefined ? isAllowed(origin) : site === 'same-origin') return;
  throw createBadRequest(
    'A GET request needs the header "apollo-require-preflight: true", so that no other site can make a browser send it. Send that header, or use POST.',
  );
}

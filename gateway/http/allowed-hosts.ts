// Refuses requests for other hosts than this gateway, before anything else reads them. A page of an attacker can make its own name
// point to 127.0.0.1 (DNS rebinding): the browser then takes the gateway for a part of that page, so that CORS does not apply.
// But it sends the page's name as Host. An address cannot be rebound, only a name.
import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { isThisMachine } from '../../platform/process/exposure.ts';
import type { GatewayOptions } from '../options.ts';
import { HttpRefusal } from './refusal.ts';

type Options = Pick<GatewayOptions, 'environment' | 'settings'>;

/** HTTP/2 sends the host as `:authority`, and may send Host too. A client of HTTP/1.0 sends neither, and no browser is one. */
export function refuseOtherHosts(server: FastifyInstance, options: Options): void {
  const isAllowed = createHostCheck(options);
  server.addHook('onRequest', async ({ headers }) => {
    const { host, ':authority': authority } = headers as Record<string, string | undefined>;
    const isRefused = [host, authority].some((given) => given !== undefined && !isAllowed(given));
    if (isRefused) throw new HttpRefusal(421, 'HOST_NOT_ALLOWED');
  });
}

/**
 * The returned check takes the value of a Host header. This machine under its own names is always allowed, with any port. A gateway that
 * listens on other addresses also answers to addresses. Any other name has to be HOST itself or one of ALLOWED_HOSTS. In production
 * an empty ALLOWED_HOSTS allows every name: which names lead here is then decided by the proxy in front.
 */
export function createHostCheck({ environment, settings }: Options): (given: string) => boolean {
  const { HOST, NODE_ENV } = environment;
  const { ALLOWED_HOSTS: allowed } = settings;
  if (allowed.includes('*') || (allowed.length === 0 && NODE_ENV === 'production')) return () => true;
  const names = new Set([...allowed, HOST.toLowerCase()]);
  const isLocal = isThisMachine(HOST);
  return (given) => {
    const host = parseHost(given);
    if (host === undefined) return false;
    return names.has(host) || isThisMachine(host) || (!isLocal && isIP(host) !== 0);
  };
}

/** The name or address in lower case, without its port, its brackets and the dot that may end a name. Undefined for anything else. */
function parseHost(given: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+?)\.?)(?::\d{1,5})?$/i.exec(given) ?? [];
  return (address ?? name)?.toLowerCase();
}

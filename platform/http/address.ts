// The URL of a server that listens, for people and programs: with IPv6 in brackets, and with a loopback address in place of
// "all addresses".
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The origin of a server that listens, like http://127.0.0.1:4000. */
export function getOrigin(server: FastifyInstance, host: string): string {
  const { port } = server.server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

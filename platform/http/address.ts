// Where a server of ours listens, as a URL people and programs can use: IPv6 in brackets, "every address" as this machine.
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The origin of a server that listens, like http://127.0.0.1:4000. */
export function getOrigin(server: FastifyInstance, host: string): string {
  const { port } = server.server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

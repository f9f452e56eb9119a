// Serves the events of the bench's publisher over HTTP, with signed identities, and reads them there.
import Fastify from 'fastify';
import { mountEvents } from '../../platform/events/event-route.ts';
import type { ReadEvents } from '../../platform/events/read-events.ts';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../platform/identity/signed-identity.ts';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { openSubgraphClient } from '../../platform/transport/subgraph-client.ts';

export async function serveEvents(readEvents: ReadEvents, opened: OpenResources): Promise<ReadEvents> {
  const { privateKey, publicKey } = newKeyPair();
  const server = Fastify();
  mountEvents(server, readEvents, createVerifier('shop', readTrust(`library=${publicKey}`)));
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  opened.add('server of events', () => server.close());
  const client = openSubgraphClient(
    'shop',
    `${url}/graphql`,
    createSigner('library', readPrivateKey(privateKey)),
  );
  opened.add('reader of events', client.close);
  return (request, signal) => client.readEvents('library', request, signal);
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReloadingClients, type ReloadingClients } from '../../../gateway/supergraph/reload-clients.ts';
import { createChangingSource } from '../../../gateway/supergraph/source.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { required } from '../../support/required.ts';

/** The part of a supergraph that clients read. */
const joining = (urls: Record<string, string>) =>
  `enum join__Graph {\n${Object.entries(urls)
    .map(([name, url]) => `  ${name.toUpperCase()} @join__graph(name: "${name}", url: "${url}")`)
    .join('\n')}\n}`;

let servers: Server[] = [];
let clients: ReloadingClients | undefined;
beforeEach(async () => {
  servers = await Promise.all(
    ['first', 'second'].map(async (name) => {
      const server = createServer((_request, response) => response.end(`{"data":{"from":"${name}"}}`));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
});
afterEach(async () => {
  await clients?.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

function urlOf(index: number): string {
  const { port } = required(servers[index], 'listening').address() as AddressInfo;
  return `http://127.0.0.1:${port}/graphql`;
}

async function from(name: string): Promise<unknown> {
  const call = { viewer: anonymous, signal: AbortSignal.timeout(5_000), traceId: 'a'.repeat(32) };
  return clients
    ?.clientFor(name)({ query: '{ from }' }, call)
    .then(({ data }) => data?.from);
}

function open(source: ReturnType<typeof createChangingSource>, graceMs: number): void {
  clients = openReloadingClients(source, ({ name, url }) => openSubgraphClient(name, url), graceMs);
}

test('the client of a subgraph that left the supergraph stays open for earlier plans, and closes after its time', async () => {
  const source = createChangingSource(joining({ a: urlOf(0), b: urlOf(1) }));
  open(source, 300);
  expect([await from('a'), await from('b')]).toEqual(['first', 'second']);
  source.offer(joining({ a: urlOf(0) }));
  expect([await from('a'), await from('b')]).toEqual(['first', 'second']);
  const end = () =>
    from('b').then(
      () => 'there',
      (cause: Error) => cause.message,
    );
  await expect.poll(end, { timeout: 5_000 }).toBe('the graph has no subgraph "b"');
  const connections = () =>
    new Promise((resolve) => servers[1]?.getConnections((_error, count) => resolve(count)));
  await expect.poll(connections, { timeout: 5_000 }).toBe(0);
});

test('an earlier plan calls a subgraph at its new URL', async () => {
  const source = createChangingSource(joining({ a: urlOf(0) }));
  open(source, 10_000);
  const made = clients?.clientFor('a');
  source.offer(joining({ a: urlOf(1) }));
  const call = { viewer: anonymous, signal: AbortSignal.timeout(5_000), traceId: 'a'.repeat(32) };
  expect(await made?.({ query: '{ from }' }, call)).toEqual({ data: { from: 'second' } });
});

test('a supergraph that one listener refuses changes neither the clients nor the source', async () => {
  const before = joining({ a: urlOf(0) });
  const source = createChangingSource(before);
  open(source, 10_000);
  const notified: string[] = [];
  source.onChange((sdl) => {
    notified.push(sdl);
    if (sdl !== before) throw new Error('not this one');
  });
  const after = joining({ a: urlOf(1) });
  expect(() => source.offer(after)).toThrow('not this one');
  expect(notified).toEqual([after, before]);
  expect([source.sdl, source.subgraphs.map(({ url }) => url)]).toEqual([before, [urlOf(0)]]);
  expect(await from('a')).toBe('first');
  expect(() => source.offer('type Query { a: Int }')).toThrow('It is no supergraph');
});

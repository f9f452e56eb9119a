import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReloadingClients, type ReloadingClients } from '../../../gateway/supergraph/reload-clients.ts';
import { createChangingSource } from '../../../gateway/supergraph/source.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { required } from '../../support/required.ts';

/** As much of a supergraph as hops read. */
const joining = (urls: Record<string, string>) =>
  `enum join__Graph {\n${Object.entries(urls)
    .map(([name, url]) => `  ${name.toUpperCase()} @join__graph(name: "${name}", url: "${url}")`)
    .join('\n')}\n}`;

let servers: Server[] = [];
let hops: ReloadingClients | undefined;
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
  await hops?.close();
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
  return hops
    ?.clientFor(name)({ query: '{ from }' }, call)
    .then(({ data }) => data?.from);
}

function open(source: ReturnType<typeof createChangingSource>, graceMs: number): void {
  hops = openReloadingClients(source, ({ name, url }) => openSubgraphClient(name, url), graceMs);
}

test('the way to a subgraph that left the graph stays for its time, for plans made before, and then ends', async () => {
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

test('a plan made before a subgraph moved finds it where it is now', async () => {
  const source = createChangingSource(joining({ a: urlOf(0) }));
  open(source, 10_000);
  const made = hops?.clientFor('a');
  source.offer(joining({ a: urlOf(1) }));
  const call = { viewer: anonymous, signal: AbortSignal.timeout(5_000), traceId: 'a'.repeat(32) };
  expect(await made?.({ query: '{ from }' }, call)).toEqual({ data: { from: 'second' } });
});

test('a graph that somebody refuses is nobody’s: hops and source are as before', async () => {
  const before = joining({ a: urlOf(0) });
  const source = createChangingSource(before);
  open(source, 10_000);
  const told: string[] = [];
  source.onChange((sdl) => {
    told.push(sdl);
    if (sdl !== before) throw new Error('not this one');
  });
  const after = joining({ a: urlOf(1) });
  expect(() => source.offer(after)).toThrow('not this one');
  expect(told).toEqual([after, before]);
  expect([source.sdl, source.subgraphs.map(({ url }) => url)]).toEqual([before, [urlOf(0)]]);
  expect(await from('a')).toBe('first');
  expect(() => source.offer('type Query { a: Int }')).toThrow('It is no supergraph');
});

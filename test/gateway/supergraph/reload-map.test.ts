// A change of the subgraphs that the supergraph joins: in the SUPERGRAPH file, and in supergraph.yaml. A running request keeps its client.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { required } from '../../support/required.ts';
import { readHealth } from '../../support/viewers.ts';
import {
  composeForeign,
  type ForeignSubgraph,
  openForeign,
  type Standalone,
  startStandalone,
} from '../foreign-subgraphs.ts';
import { type ChangingWorld, openChangingWorld } from './reload-world.ts';

const greetings = (says: string) => ({
  name: 'greetings',
  sdl: 'type Query { hello: String }',
  resolvers: { Query: { hello: () => says } },
});
const farewells = {
  name: 'farewells',
  sdl: 'type Query { bye: String }',
  resolvers: { Query: { bye: () => 'bye' } },
};

describe('the SUPERGRAPH file', () => {
  let subgraphs: ForeignSubgraph[] = [];
  let gateway: Standalone | undefined;
  const here = () => required(subgraphs[0], 'opened');
  const there = () => required(subgraphs[1], 'opened');
  const more = () => required(subgraphs[2], 'opened');
  const running = () => required(gateway, 'started');
  const replace = (sdl: string) => {
    writeFileSync(`${running().file}~`, sdl);
    renameSync(`${running().file}~`, running().file);
  };
  const answer = async (query: string) =>
    (await (await running().ask(query)).json()) as { data?: unknown; errors?: { extensions: unknown }[] };
  beforeAll(async () => {
    subgraphs = await Promise.all([greetings('here'), greetings('there'), farewells].map(openForeign));
    gateway = await startStandalone(composeForeign([here()], 'Apollo'));
  });
  afterAll(async () => {
    expect(await gateway?.end()).toBe(0);
    await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  });
  const eventually = { timeout: 5_000, interval: 10 };

  test('with a new URL: the next request goes there, and a running request gets its response from the old one', async () => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<ServerResponse>();
    here().answerWith((_request, response) => ask(response));
    // It has a name of its own: an equal query that runs at the same time would share its response.
    const underWay = answer('query UnderWay { hello }');
    const held = await asked;
    here().answerWith(undefined);
    replace(composeForeign([there()], 'Apollo'));
    await expect.poll(() => answer('{ hello }'), eventually).toEqual({ data: { hello: 'there' } });
    held.setHeader('content-type', 'application/json').end('{"data":{"hello":"late, from here"}}');
    expect(await underWay).toEqual({ data: { hello: 'late, from here' } });
  });

  test('with a new subgraph, and without it again', async () => {
    replace(composeForeign([there(), more()], 'The Guild'));
    await expect
      .poll(() => answer('{ hello bye }'), eventually)
      .toEqual({
        data: { hello: 'there', bye: 'bye' },
      });
    replace(composeForeign([there()], 'Apollo'));
    await expect
      .poll(async () => (await answer('{ bye }')).errors?.[0], eventually)
      .toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    expect(await answer('{ hello }')).toEqual({ data: { hello: 'there' } });
    const health = await (await readHealth(running().origin)).json();
    const { dependencies } = health as { dependencies: object };
    expect(Object.keys(dependencies)).toEqual(['greetings']);
  });

  const broken: [string, (good: string) => string, RegExp][] = [
    ['that is cut off', (good) => good.slice(0, 500), /graphql:\d+: Syntax Error: .+\. Give the gateway/],
    [
      'with a bad URL',
      (good) => good.replace(/url: "http:[^"]+"/, 'url: "nowhere"'),
      /graphql:\d+: the URL of .+greetings.+ is not a URL/,
    ],
    [
      'with a feature that it does not know',
      (good) =>
        good.replace('schema\n', 'schema\n  @link(url: "https://example.com/x/v1.0", for: SECURITY)\n'),
      /it uses https:\/\/example\.com\/x\/v1\.0 for security, which this gateway does not know: compose it without/,
    ],
  ];

  test.each(broken)(
    '%s is reported, and the old graph stays until a good one comes',
    async (_what, spoil, line) => {
      const good = readFileSync(running().file, 'utf8');
      replace(spoil(good));
      await expect.poll(() => running().output(), eventually).toMatch(line);
      expect(await answer('{ hello }')).toEqual({ data: { hello: 'there' } });
      replace(composeForeign([there(), more()], 'Apollo'));
      await expect.poll(() => answer('{ hello bye }'), eventually).toMatchObject({ data: { bye: 'bye' } });
      replace(good);
      await expect.poll(async () => (await answer('{ bye }')).errors?.length, eventually).toBe(1);
    },
  );
});

const newEntry = (url: string) =>
  `  greetings:\n    routing_url: ${url}\n    schema:\n      file: greetings.graphql\n`;

describe('supergraph.yaml, in processes', () => {
  let opened: ChangingWorld | undefined;
  let subgraph: ForeignSubgraph | undefined;
  const world = () => required(opened, 'opened');
  beforeAll(async () => {
    subgraph = await openForeign(greetings('hello'));
    opened = await openChangingWorld('processes');
  });
  afterAll(async () => {
    expect(await opened?.close()).toEqual([]);
    await subgraph?.close();
  });

  test('with a new subgraph: it is served; without accounts, which the gateway calls itself: the old supergraph stays', async () => {
    const { url, sdl } = required(subgraph, 'opened');
    world().write('greetings.graphql', sdl);
    const map = world().read('supergraph.yaml');
    world().edit('supergraph.yaml', (text) => `${text.trimEnd()}\n${newEntry(url)}`);
    const hello = async () => (await world().ask('{ hello }')).body;
    await expect.poll(hello, { timeout: 5_000 }).toEqual({ data: { hello: 'hello' } });
    world().edit('supergraph.yaml', (text) => text.replace(/ {2}accounts:\n(( {4}.*)\n)+/, ''));
    await expect
      .poll(() => world().said(), { timeout: 5_000 })
      .toMatch(/supergraph\.yaml: the gateway calls .+accounts.+ itself; put its entry back/);
    expect(await hello()).toEqual({ data: { hello: 'hello' } });
    world().edit('supergraph.yaml', () => map);
    await expect.poll(async () => (await world().ask('{ hello }')).status, { timeout: 5_000 }).toBe(400);
  });
});

describe('supergraph.yaml, in one process', () => {
  let opened: ChangingWorld | undefined;
  const world = () => required(opened, 'opened');
  beforeAll(async () => {
    opened = await openChangingWorld('one process');
  });
  afterAll(async () => {
    expect(await opened?.close()).toEqual([]);
  });

  test('with a new subgraph: the log says to start again, because only a start creates its database', async () => {
    world().write('greetings.graphql', 'type Query { hello: String }');
    world().edit('supergraph.yaml', (text) => `${text.trimEnd()}\n${newEntry('http://127.0.0.1:1/graphql')}`);
    await expect
      .poll(() => world().said(), { timeout: 5_000 })
      .toMatch(
        /supergraph\.yaml:\d+: .+greetings.+ is new\. Start again: only a start creates its database\./,
      );
    const { status, body } = await world().ask('{ products(first: 1) { edges { node { name } } } }');
    expect([status, body.errors]).toEqual([200, undefined]);
  });
});

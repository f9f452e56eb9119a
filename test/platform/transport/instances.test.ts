// Calls to one subgraph at several addresses, each a real HTTP server that may answer, drain, break connections or be gone.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { Call } from '../../../platform/calls/call.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { judgeConfiguration } from '../../../platform/transport/configuration.ts';
import { openInstances } from '../../../platform/transport/instances.ts';
import { openSubgraphClient, type SubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { silent } from '../../support/silent-log.ts';

const pollMs = 10;
const query = { query: '{ a }' };
const mutation = { query: 'mutation { a }' };
const call = (): Call => ({
  viewer: anonymous,
  signal: AbortSignal.timeout(10_000),
  traceId: 'a'.repeat(32),
});

interface Instance {
  name: string;
  url: string;
  isReady: boolean;
  /** What its answer says of the URL at which it was asked. */
  wrongUrl?: string;
  behave: 'answer' | 'reset' | 'gateway error' | 'silence';
  /** The requests with operations, by their content type. */
  received: string[];
  server: Server;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function serve(name: string): Promise<Instance> {
  const server = createServer(async (request, response) =>
    answer(instance, request, response, await text(request)),
  );
  const instance: Instance = { name, url: '', isReady: true, behave: 'answer', received: [], server };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  instance.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  closers.push(() => stop(instance));
  return instance;
}

function answer(instance: Instance, request: IncomingMessage, response: ServerResponse, body: string): void {
  if (instance.behave === 'silence') {
    if (!body.includes('"readiness":true')) instance.received.push(body);
    return;
  }
  if (body.includes('"readiness":true')) {
    const { isReady, name, wrongUrl } = instance;
    const readiness = { isReady, at: name, ...(wrongUrl === undefined ? {} : { url: wrongUrl }) };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ data: { __typename: 'Query' }, extensions: { readiness } }));
    return;
  }
  const type = String(request.headers['content-type']);
  instance.received.push(type);
  if (instance.behave === 'reset') request.socket.destroy();
  else if (instance.behave === 'gateway error') response.writeHead(502).end();
  // This server does not take bundles.
  else if (type !== 'application/json') response.writeHead(415).end();
  else
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ data: { a: instance.name } }));
}

async function stop({ server }: Instance): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function open(...instances: readonly Instance[]): SubgraphClient {
  const sign = async () => 'token';
  const client = openInstances(
    instances.map(({ url }) => openSubgraphClient('stock', url, sign)),
    pollMs,
  );
  closers.push(client.close);
  return client;
}

const ask = async (client: SubgraphClient, operation = query) =>
  (await client.execute(operation, call())).data?.a;

/** Asks one after the other, and returns who answered. */
async function askInTurn(client: SubgraphClient, times: number): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (let index = 0; index < times; index += 1) answers.push(await ask(client));
  return answers;
}

test('calls go round the instances, and those of one turn of the event loop share one', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  expect(await askInTurn(client, 4)).toEqual(['a', 'b', 'a', 'b']);
  const together = await Promise.all([ask(client), ask(client), ask(client)]);
  expect(together).toEqual(['a', 'a', 'a']);
});

test('an instance that says that it is not ready gets no calls until it is ready again', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  a.isReady = false;
  await expect.poll(() => askInTurn(client, 4), { interval: pollMs }).toEqual(['b', 'b', 'b', 'b']);
  a.isReady = true;
  await expect.poll(async () => new Set(await askInTurn(client, 4)).size, { interval: pollMs }).toBe(2);
});

test('a call that was not sent goes to another instance, a mutation too', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  await stop(a);
  expect(await ask(client, mutation)).toBe('b');
  expect(await askInTurn(client, 3)).toEqual(['b', 'b', 'b']);
});

test('a mutation whose connection breaks is not sent again, and the next call meets another instance', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  a.behave = 'reset';
  a.isReady = false;
  await expect(ask(client, mutation)).rejects.toMatchObject({
    name: 'SubgraphCallError',
    reason: 'connection',
  });
  expect([a.received.length, b.received.length]).toEqual([1, 0]);
  expect(await askInTurn(client, 2)).toEqual(['b', 'b']);
});

test('an error of something in front of an instance takes it out, and it comes back when it is ready', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  a.behave = 'gateway error';
  await expect(ask(client)).rejects.toMatchObject({ reason: 'broken' });
  a.behave = 'answer';
  await expect.poll(async () => new Set(await askInTurn(client, 4)).size, { interval: pollMs }).toBe(2);
});

test('a query at an instance that answers nothing any more goes to another when the question is not answered, and a mutation does not', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  a.behave = 'silence';
  const changing = ask(client, mutation).catch((cause: unknown) => cause);
  await expect.poll(() => a.received.length, { interval: pollMs }).toBe(1);
  expect(await ask(client)).toBe('b');
  expect(await Promise.all([ask(client), ask(client), ask(client)])).toEqual(['b', 'b', 'b']);
  expect(await askInTurn(client, 4)).toEqual(['b', 'b', 'b', 'b']);
  expect(b.received.filter((type) => type === 'application/json')).toHaveLength(8);
  a.behave = 'answer';
  const whoAnswers = async () => new Set(await askInTurn(client, 4)).size;
  await expect.poll(whoAnswers, { timeout: 10_000 }).toBe(2);
  await stop(a);
  expect(await changing).toMatchObject({ name: 'SubgraphCallError', reason: 'connection' });
});

test('a query whose caller gives up does not go to another instance', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  a.behave = 'silence';
  const caller = new AbortController();
  const asked = client.execute(query, { ...call(), signal: caller.signal });
  await expect.poll(() => a.received.length, { interval: pollMs }).toBe(1);
  caller.abort(new Error('the caller has gone'));
  await expect(asked).rejects.toMatchObject({ reason: 'ended' });
  expect(b.received).toEqual([]);
});

test('without any instance, the error says that nothing was sent, and the first that comes back answers', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  await Promise.all([stop(a), stop(b)]);
  await expect(ask(client)).rejects.toMatchObject({ reason: 'unsent' });
  const { port } = new URL(b.url);
  await new Promise<void>((resolve) => b.server.listen(Number(port), '127.0.0.1', resolve));
  expect(await ask(client)).toBe('b');
});

test('the subgraph is ready while one instance is, and its details tell the state of each, without addresses', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  a.isReady = false;
  const readiness = () => client.readiness(AbortSignal.timeout(5_000));
  expect(await readiness()).toEqual({
    isReady: true,
    details: { at: 'b', instances: [{ up: false }, { up: true }] },
  });
  await stop(b);
  expect(await readiness()).toEqual({
    isReady: false,
    details: { at: 'a', instances: [{ up: false }, { up: false }] },
  });
  await stop(a);
  await expect(readiness()).rejects.toThrow('no instance answered');
});

test('a URL of the list that leads elsewhere is named beside the instance that is ready', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  b.isReady = false;
  b.wrongUrl = 'the URL of stock leads to another subgraph';
  expect(await open(a, b).readiness(AbortSignal.timeout(5_000))).toEqual({
    isReady: true,
    details: { at: 'a', url: b.wrongUrl, instances: [{ up: true }, { up: false }] },
  });
});

test('a URL of the list that leads elsewhere makes a process that starts not ready, and none that has called the subgraph before', async () => {
  const [a, b] = [await serve('a'), await serve('b')];
  const client = open(a, b);
  const askHealth = async () => (await client.readiness(AbortSignal.timeout(5_000))).details;
  const running = judgeConfiguration(silent);
  running.record('stock', await askHealth());
  b.isReady = false;
  b.wrongUrl = 'the URL of stock leads to another subgraph';
  const started = judgeConfiguration(silent);
  for (const configuration of [running, started]) configuration.record('stock', await askHealth());
  expect(running.mistakes()).toEqual([]);
  expect(running.findings('stock')).toEqual({ url: b.wrongUrl });
  expect(started.mistakes()).toEqual([b.wrongUrl]);
  await expect.poll(() => askInTurn(client, 3)).toEqual(['a', 'a', 'a']);
});

test('an instance that answers slowly is asked again only after its answer', async () => {
  let running = 0;
  let most = 0;
  let asked = 0;
  const slow: SubgraphClient = {
    execute: async () => ({ data: {} }),
    readiness: async () => {
      asked += 1;
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5 * pollMs));
      running -= 1;
      return { isReady: true, details: {} };
    },
    readEvents: async () => ({ events: [], cursor: 'now', isMore: false }),
    close: async () => {},
  };
  const client = openInstances([slow], pollMs);
  closers.push(client.close);
  await expect.poll(() => asked, { interval: pollMs }).toBeGreaterThan(3);
  expect(most).toBe(1);
});

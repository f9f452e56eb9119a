import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import type { Call } from '../../../platform/calls/call.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { openSubgraphClients } from '../../../platform/transport/instances.ts';
import {
  openSubgraphClient,
  SubgraphCallError,
  type SubgraphCallErrorReason,
  type SubgraphClient,
} from '../../../platform/transport/subgraph-client.ts';
import { customer } from '../../support/viewers.ts';

const traceId = 'c'.repeat(32);
const opened: { client: SubgraphClient; server: Server }[] = [];

afterEach(async () => {
  for (const { client, server } of opened.splice(0)) {
    server.closeAllConnections();
    server.close();
    await client.close();
  }
});

/** Opens a client of a server with this listener. */
async function openClient(listener: RequestListener): Promise<SubgraphClient['execute']> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = openSubgraphClient(
    'accounts',
    `http://127.0.0.1:${port}/graphql`,
    async (audience) => `token for ${audience}`,
  );
  opened.push({ client, server });
  return client.execute;
}

function call(signal = AbortSignal.timeout(5_000)): Call {
  return { viewer: anonymous, signal, traceId };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

test('sends operation, identity and trace id, and resolves with the response as it is', async () => {
  const seen: unknown[] = [];
  const execute = await openClient(async (request, response) => {
    const { method, url, headers } = request;
    const { authorization, traceparent } = headers;
    seen.push({
      method,
      url,
      authorization,
      traceparent,
      type: headers['content-type'],
      body: await bodyOf(request),
    });
    response.end('{"data":{"me":null},"errors":[{"message":"no","extensions":{"code":"X"}}]}');
  });
  const operation = { query: 'query A { me { id } }', operationName: 'A', variables: { a: 1 } };
  const received = await execute(operation, { ...call(), viewer: customer() });
  expect(received).toEqual({ data: { me: null }, errors: [{ message: 'no', extensions: { code: 'X' } }] });
  expect(seen).toEqual([
    {
      method: 'POST',
      url: '/graphql',
      authorization: 'Bearer token for accounts',
      traceparent: expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`)),
      type: 'application/json',
      body: operation,
    },
  ]);
});

test('sends the time that the caller still waits, and none for a call without a deadline', async () => {
  const seen: unknown[] = [];
  const execute = await openClient((request, response) => {
    seen.push(request.headers['request-timeout-ms']);
    response.end('{"data":{}}');
  });
  for (const deadline of [undefined, Date.now() + 3_000, Date.now() - 10]) {
    await execute({ query: '{ me { id } }' }, { ...call(), deadline });
  }
  expect(seen).toEqual([undefined, expect.stringMatching(/^(3000|2\d{3})$/), '1']);
});

function endless(): Readable {
  return Readable.from(
    (function* () {
      for (;;) yield '{"data":{'.repeat(1_000);
    })(),
  );
}

const html = '<html>Bad Gateway</html>';
const wrong: [string, (response: ServerResponse) => void, SubgraphCallErrorReason][] = [
  ['status 500', (response) => response.writeHead(500).end('{"errors":[]}'), 'broken'],
  ['status 401', (response) => response.writeHead(401).end('{"errors":[]}'), 'refused'],
  [
    'a redirect',
    (response) => response.writeHead(302, { location: 'http://elsewhere.example/' }).end(),
    'broken',
  ],
  ['a page of HTML', (response) => response.end(html), 'broken'],
  ['nothing', (response) => response.end(), 'broken'],
  ['JSON that is not GraphQL', (response) => response.end('{"status":"ok"}'), 'broken'],
  ['JSON null', (response) => response.end('null'), 'broken'],
  ['a list', (response) => response.end('[{"data":{}}]'), 'broken'],
  [
    'a body that ends too early',
    (response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{"data":');
      setImmediate(() => response.destroy());
    },
    'connection',
  ],
  [
    'a body that ends between two chunks',
    (response) => {
      response.writeHead(200).write('{"data":{}}');
      setImmediate(() => response.destroy());
    },
    'connection',
  ],
  ['a body without end', (response) => void endless().pipe(response), 'too large'],
  ['a connection that is closed at once', (response) => response.destroy(), 'connection'],
];

test.each(wrong)(
  'rejects with SubgraphCallError, naming the subgraph but no address, for %s',
  async (_what, respond, reason) => {
    const execute = await openClient((_request, response) => respond(response));
    const error: unknown = await execute({ query: '{ me { id } }' }, call()).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SubgraphCallError);
    expect((error as SubgraphCallError).reason).toBe(reason);
    const { message } = error as SubgraphCallError;
    expect(message).toMatch(/^accounts (did not answer|answered with) ?/);
    expect(message).not.toMatch(/127|:\d|http:|html|Bad/);
  },
);

test('rejects with SubgraphCallError when no server listens', async () => {
  const execute = await openClient((_request, response) => response.end());
  opened[0]?.server.close();
  const error: unknown = await execute({ query: '{ me { id } }' }, call()).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(SubgraphCallError);
  expect(error).toMatchObject({ message: 'accounts cannot be reached', reason: 'unsent' });
  expect((error as SubgraphCallError).cause, 'for the log').toMatchObject({ code: 'ECONNREFUSED' });
});

test('rejects and ends the request when the caller gives up', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<IncomingMessage>();
  const execute = await openClient((request) => ask(request));
  const caller = new AbortController();
  const outcome = execute({ query: '{ me { id } }' }, call(caller.signal)).catch((cause: unknown) => cause);
  const request = await asked;
  const hungUp = new Promise((resolve) => request.socket.once('close', resolve));
  caller.abort(new Error('enough'));
  expect(await outcome).toMatchObject({ name: 'SubgraphCallError', reason: 'ended' });
  await hungUp;
});

test('has a client for every subgraph of the map, and for no other', async () => {
  const entry = {
    name: 'accounts',
    routingUrl: 'http://127.0.0.1:1/graphql',
    unsetVariables: [],
    schemaFile: '',
    folder: '',
    line: 1,
  };
  const map = { file: '', federationVersion: '2', subgraphs: [entry] };
  const clients = openSubgraphClients(map, async () => 'token');
  expect(clients.clientFor('accounts')).toBeTypeOf('function');
  expect(() => clients.clientFor('toString')).toThrow('supergraph.yaml has no subgraph "toString"');
  await clients.close();
});

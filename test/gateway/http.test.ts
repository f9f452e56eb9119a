import { afterAll, beforeAll, expect, test } from 'vitest';
import { link, openSmallGraph, type SmallGraph } from './small-graph.ts';

const subgraphs = {
  accounts: {
    sdl: `${link}type Query { ok: String } type Mutation { change: Int }`,
    resolvers: { Query: { ok: () => 'fine' }, Mutation: { change: () => 1 } },
  },
};
const frontEnd = 'https://shop.example';
const sandbox = 'https://studio.apollographql.com';

let graph: SmallGraph;
let production: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph(subgraphs, { CORS_ORIGINS: frontEnd });
  production = await openSmallGraph(subgraphs, { NODE_ENV: 'production' });
});
afterAll(async () => {
  await Promise.all([graph.close(), production.close()]);
});

const browser = { accept: 'text/html,application/xhtml+xml' };
const query = { query: '{ ok }' };

async function codesOf(response: Response): Promise<unknown[]> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: unknown } }[] };
  return errors.map(({ extensions }) => extensions.code);
}

test('opens Apollo Sandbox for a browser, and leads there from the root', async () => {
  for (const address of [graph.url, new URL('/', graph.url)]) {
    const page = await fetch(address, { headers: browser });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('embeddable-sandbox');
  }
});

test('shows neither a page nor the schema in production', async () => {
  const page = await fetch(production.url, { headers: browser });
  expect(page.status).toBe(400);
  expect(await page.text()).not.toContain('<html');
  const answer = await production.post({ query: '{ __schema { types { name } } }' });
  expect(await codesOf(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  const typo = await (await production.post({ query: '{ o }' })).text();
  expect(typo, 'no suggestions of field names').not.toMatch(/Did you mean|"ok/);
});

test('tells its schema to tools in development', async () => {
  const answer = await (await graph.post({ query: '{ __type(name: "Query") { fields { name } } }' })).json();
  expect(answer).toEqual({ data: { __type: { fields: [{ name: 'ok' }] } } });
});

test.each([sandbox, frontEnd])('lets a page from %s read answers', async (origin) => {
  const response = await graph.post(query, { origin });
  expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  expect(response.headers.get('vary')?.toLowerCase()).toContain('origin');
});

test.each([
  'https://evil.example',
  `${frontEnd}.evil.example`,
  'http://shop.example',
  'null',
  `${frontEnd}:444`,
])('lets no page from %s read answers', async (origin) => {
  expect((await graph.post(query, { origin })).headers.get('access-control-allow-origin')).toBeNull();
});

test('allows a front-end nobody configured nothing, not even in production', async () => {
  const response = await production.post(query, { origin: frontEnd });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

function preflight(origin: string) {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };
  return fetch(graph.url, { method: 'OPTIONS', headers });
}

test('answers a preflight from a known origin with what it may send, and for how long', async () => {
  const { status, headers } = await preflight(frontEnd);
  expect(status).toBe(204);
  expect(headers.get('access-control-allow-origin')).toBe(frontEnd);
  expect(headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
  expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type');
  expect(headers.get('access-control-max-age')).toBe('600');
  expect(headers.get('access-control-allow-credentials'), 'no cookies').toBeNull();
});

test('answers a preflight from elsewhere without allowing it', async () => {
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

test('lets pages read the trace id, so that they can report it', async () => {
  const response = await graph.post(query, { origin: frontEnd });
  expect(response.headers.get('access-control-expose-headers')).toContain('trace-id');
});

test('refuses what a page elsewhere could send without a preflight (CSRF)', async () => {
  const address = `${graph.url}?query=${encodeURIComponent('{ ok }')}`;
  expect((await fetch(address)).status).toBe(400);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const response = await graph.post(query, { 'content-type': type });
    expect(response.status, type).toBeGreaterThanOrEqual(400);
    expect(await response.text(), type).not.toContain('fine');
  }
  expect((await fetch(address, { headers: { 'apollo-require-preflight': 'true' } })).status).toBe(200);
});

test('changes nothing on GET', async () => {
  const address = `${graph.url}?query=${encodeURIComponent('mutation { change }')}`;
  const response = await fetch(address, { headers: { 'apollo-require-preflight': 'true' } });
  expect(response.status).toBe(405);
});

test('reads no more than 256 KiB', async () => {
  const padding = (length: number) => ({ query: '{ ok }', variables: { a: 'x'.repeat(length) } });
  expect((await graph.post(padding(250 * 1024))).status).toBe(200);
  expect((await graph.post(padding(256 * 1024))).status).toBe(413);
});

test.each(['{', '[]', '"text"', '{"query": 7}', '[{"query":"{ ok }"}]'])(
  'answers 400 to the body %s, with no stack',
  async (body) => {
    const response = await graph.post(body);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/node_modules|at .+:\d+:\d+/);
  },
);

test('puts the trace id on every answer: the caller’s, or a new one', async () => {
  const traceId = 'a1'.repeat(16);
  const traced = await graph.post(query, { traceparent: `00-${traceId}-${'1'.repeat(16)}-01` });
  expect(traced.headers.get('trace-id')).toBe(traceId);
  expect(graph.asked.at(-1)?.call.traceId).toBe(traceId);
  expect((await graph.post(query)).headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
  expect((await graph.post({ query: '{ nothing }' })).headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
});

test('tells whether it is ready, by what its subgraphs answer', async () => {
  const ready = await fetch(new URL('/health/ready', graph.url));
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    service: 'gateway',
    status: 'ready',
    dependencies: { accounts: { up: true, latencyMs: expect.any(Number) } },
  });
  expect((await fetch(new URL('/health/live', graph.url))).status).toBe(200);
});

test('is not ready when no subgraph answers, and names no address', async () => {
  const alone = await openSmallGraph({
    accounts: {
      sdl: subgraphs.accounts.sdl,
      execute: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1')),
    },
  });
  const response = await fetch(new URL('/health/ready', alone.url));
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    status: 'not ready',
    dependencies: { accounts: { up: false } },
  });
  await alone.close();
});

test('lets a running request end when it closes, and takes no new one', async () => {
  const slow = 'b2'.repeat(16);
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const closing = await openSmallGraph({
    accounts: {
      sdl: subgraphs.accounts.sdl,
      execute: async (_operation, { traceId }) => {
        if (traceId !== slow) return { data: { ok: 'at once' } };
        ask();
        await answered;
        return { data: { ok: 'in the end' } };
      },
    },
  });
  const running = closing.post(query, { traceparent: `00-${slow}-${'1'.repeat(16)}-01` });
  await asked;
  const closed = closing.close();
  const knock = () =>
    closing.post(query).then(
      ({ status }) => status,
      () => 'refused',
    );
  await expect.poll(knock).toEqual(expect.toBeOneOf(['refused', 503]));
  answer();
  expect(await (await running).json()).toEqual({ data: { ok: 'in the end' } });
  await closed;
});

test('refuses a subscription as what it is: a request this graph does not take', async () => {
  const response = await graph.post({ query: 'subscription { anything }' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

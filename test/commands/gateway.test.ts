// The gateway over somebody else's supergraph, as a process: nothing of this repository's accounts, keys and databases.
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Composer,
  composeForeign,
  type ForeignSubgraph,
  openForeign,
  type Standalone,
  startStandalone,
} from '../gateway/foreign-subgraphs.ts';
import { required } from '../support/required.ts';

const link = (names: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [${names}])\n`;

const catalogue = {
  name: 'catalogue',
  sdl: `${link('"@key"')}type Query { books: [Book!]! book(id: ID!): Book }
    type Book @key(fields: "id") { id: ID! title: String! pages: Int! }`,
  resolvers: {
    Query: {
      books: () => ['1', '2'].map(bookOf),
      book: (_: unknown, { id }: { id: string }) => bookOf(id),
    },
    Book: { __resolveReference: ({ id }: { id: string }) => bookOf(id) },
  },
};
const reviews = {
  name: 'book-reviews',
  sdl: `${link('"@key", "@external", "@requires"')}type Query { review(id: ID!): Review }
    type Review @key(fields: "id") { id: ID! text: String! book: Book! }
    type Book @key(fields: "id") {
      id: ID! pages: Int! @external reviews: [Review!]! readingHours: Int! @requires(fields: "pages")
    }`,
  resolvers: {
    Query: { review: (_: unknown, { id }: { id: string }) => reviewOf(id) },
    Book: {
      reviews: ({ id }: { id: string }) => [reviewOf(`r${id}`)],
      readingHours: ({ pages }: { pages: number }) => pages / 50,
    },
  },
};

function bookOf(id: string) {
  return { id, title: `Book ${id}`, pages: Number(id) * 100 };
}

function reviewOf(id: string) {
  return { id, text: `Review ${id}`, book: { __typename: 'Book', id: id.slice(1) } };
}

describe.each<Composer>(['Apollo', 'The Guild'])('a supergraph that %s’s composition made', (composer) => {
  let subgraphs: ForeignSubgraph[] = [];
  let gateway: Standalone | undefined;
  const running = () => required(gateway, 'started in beforeAll');
  beforeAll(async () => {
    subgraphs = await Promise.all([catalogue, reviews].map(openForeign));
    gateway = await startStandalone(composeForeign(subgraphs, composer));
  });
  afterAll(async () => {
    expect(await gateway?.end()).toBe(0);
    await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
  });

  test('answers across its subgraphs, with and without credentials', async () => {
    const query = '{ books { title readingHours reviews { text } } }';
    for (const headers of [{}, { authorization: 'Bearer of some other system' }]) {
      const response = await running().ask(query, headers);
      expect([response.status, await response.json()]).toEqual([
        200,
        {
          data: {
            books: [
              { title: 'Book 1', readingHours: 2, reviews: [{ text: 'Review r1' }] },
              { title: 'Book 2', readingHours: 4, reviews: [{ text: 'Review r2' }] },
            ],
          },
        },
      ]);
    }
  });

  test('answers a query that is twelve levels deep', async () => {
    const deep = (levels: number): string =>
      levels === 0 ? '{ title }' : `{ reviews { book ${deep(levels - 1)} } }`;
    const response = await running().ask(`{ book(id: "2") ${deep(5)} }`);
    const answer = JSON.stringify(await response.json());
    expect([response.status, answer]).toEqual([200, expect.stringContaining('{"title":"Book 2"}')]);
    expect(answer.split('"book":')).toHaveLength(7);
  });
});

describe('what a foreign subgraph gets', () => {
  let subgraph: ForeignSubgraph | undefined;
  const seen = () => required(subgraph, 'opened in beforeAll').seen;
  beforeAll(async () => {
    subgraph = await openForeign(catalogue);
  });
  afterAll(() => subgraph?.close());
  const sent = {
    authorization: 'Bearer theirs',
    'accept-language': 'de',
    cookie: 'session=1',
    'x-user-id': 'root',
    'client-address': '10.0.0.1',
  };

  async function headersSeen(variables: Record<string, string>) {
    const gateway = await startStandalone(composeForeign([required(subgraph, 'open')], 'Apollo'), variables);
    seen().length = 0;
    const response = await gateway.ask('{ books { id } }', sent);
    expect(response.status).toBe(200);
    expect(await gateway.end()).toBe(0);
    return required(seen()[0], 'it was asked').headers;
  }

  test('is plain GraphQL over HTTP, and none of the client’s headers', async () => {
    const {
      host: _host,
      connection: _connection,
      'content-length': _length,
      ...headers
    } = await headersSeen({});
    expect(headers).toEqual({
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
  });

  test('are those headers of the client that FORWARD_HEADERS names', async () => {
    const headers = await headersSeen({ FORWARD_HEADERS: 'Authorization, accept-language,x-not-sent' });
    expect(headers).toMatchObject({ authorization: 'Bearer theirs', 'accept-language': 'de' });
    for (const name of ['cookie', 'x-user-id', 'client-address', 'x-not-sent'])
      expect(headers).not.toHaveProperty(name);
  });
});

describe('health and the end', () => {
  test('GET /health reports that the graph is served, whether or not its subgraphs answer', async () => {
    const subgraph = await openForeign(catalogue);
    const gateway = await startStandalone(composeForeign([subgraph], 'Apollo'));
    const ready = async () => (await fetch(`${gateway.origin}/health/ready`)).status;
    // Without a health route of its own, and with nothing to say to a stranger, it is there.
    subgraph.answerWith((_request, response) => response.writeHead(401).end());
    await expect.poll(ready, { timeout: 10_000 }).toBe(200);
    await subgraph.close();
    const { status } = await fetch(`${gateway.origin}/health`);
    expect(status).toBe(200);
    // The state is at most a second old.
    await expect.poll(ready, { timeout: 10_000 }).toBe(503);
    expect(await gateway.end()).toBe(0);
  });

  test('SIGTERM lets a request under way have its answer, then the process ends with 0', async () => {
    const subgraph = await openForeign(catalogue);
    const gateway = await startStandalone(composeForeign([subgraph], 'Apollo'));
    const { promise: asked, resolve: ask } = Promise.withResolvers<ServerResponse>();
    subgraph.answerWith((_request, response) => ask(response));
    const answer = gateway.ask('{ books { title } }');
    const held = await asked;
    const ended = gateway.end();
    // It stops listening at once; only then the subgraph answers.
    await expect
      .poll(() =>
        fetch(`${gateway.origin}/health`).then(
          ({ status }) => status,
          () => 'refused',
        ),
      )
      .toBe('refused');
    held.setHeader('content-type', 'application/json').end('{"data":{"books":[{"title":"Late"}]}}');
    const response = await answer;
    expect([response.status, await response.json()]).toEqual([200, { data: { books: [{ title: 'Late' }] } }]);
    expect(await ended).toBe(0);
    await subgraph.close();
  });
});

// HTTP as bytes: requests that no well-behaved client can send, and the bytes of their responses.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { link, openSmallGraph, type SmallGraph } from '../small-graph.ts';

const sdl = `${link}
  type Query { ok: String echo(text: String, number: Float, input: Deep, list: [Deep]): String big(kilobytes: Int!): String }
  type Mutation { change: Int }
  input Deep { text: String deeper: Deep }`;

/** A graph of one subgraph that responds at once. `changes` counts the calls of its mutation. */
export async function openEcho(
  source: Readonly<Record<string, string>> = {},
): Promise<SmallGraph & { changes: () => number }> {
  let changes = 0;
  const graph = await openSmallGraph(
    {
      accounts: {
        sdl,
        resolvers: {
          Query: {
            ok: () => 'fine',
            echo: (_root: unknown, given: { text?: string }) => given.text ?? JSON.stringify(given),
            big: (_root: unknown, { kilobytes }: { kilobytes: number }) => 'teapot, '.repeat(kilobytes * 128),
          },
          Mutation: { change: () => (changes += 1) },
        },
      },
    },
    // The requests of these tests are bytes, with any name for their host.
    { ALLOWED_HOSTS: '*', ...source },
  );
  return { ...graph, changes: () => changes };
}

/** The extensions of a request that sends the hash of its document. A test of refusals sends any value. */
export function withHash(sha256Hash: unknown) {
  return { persistedQuery: { version: 1, sha256Hash } };
}

export interface WireAnswer {
  status: number;
  head: string;
  body: string;
  code: unknown;
}

/** Writes the bytes to a new connection and reads until the server closes it. */
export async function send(url: string, ...bytes: (string | Buffer)[]): Promise<WireAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  for (const part of bytes) socket.write(part);
  const [head = '', ...rest] = (await text(socket)).split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body, code: codeIn(body) };
}

/** The head of a POST that asks the server to close the connection. */
export function postHead(headers: Readonly<Record<string, string>>, path = '/graphql'): string {
  const lines = Object.entries({ host: 'graph.example', connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A POST with exactly these bytes as its JSON body. */
export function sendJson(url: string, body: string | Buffer): Promise<WireAnswer> {
  const bytes = Buffer.from(body);
  const head = postHead({ 'content-type': 'application/json', 'content-length': String(bytes.length) });
  return send(url, head, bytes);
}

/** The status and the code of a refusal. Fails unless it has the shape of GraphQL's errors and no internal detail. */
export async function refusalOf(response: Response): Promise<[number, unknown]> {
  const body = await response.text();
  expectPlain(body);
  return [response.status, codeIn(body)];
}

export function expectPlain(body: string): void {
  expect(body).not.toMatch(/FST_|fastify|apollo|node_modules|at .+:\d+:\d+|statusCode/i);
}

function codeIn(body: string): unknown {
  try {
    return JSON.parse(body).errors?.[0]?.extensions?.code;
  } catch {
    return undefined;
  }
}

/** Fails when the promise takes longer: the gateway must refuse hostile requests cheaply. */
export async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  expect(performance.now() - started).toBeLessThan(milliseconds);
  return result;
}

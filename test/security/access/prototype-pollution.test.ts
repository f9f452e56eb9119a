// Names of properties that every JavaScript object has, wherever an attacker can write a name: in aliases, variables, inputs,
// operations, references and subgraph responses. The gateway treats them as ordinary names or refuses them; no prototype changes.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Execute } from '../../../platform/calls/call.ts';
import { link, openSmallGraph, type SmallGraph } from '../../gateway/small-graph.ts';
import { required } from '../../support/required.ts';
import { customer } from '../../support/viewers.ts';
import { openWorld, type Session } from '../../support/world.ts';

const prototypes = [Object, Array, Function, String, Number, Map, Promise].map(({ prototype }) => prototype);
const listKeys = () => prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String));
const originalKeys = listKeys();
const toStrings = prototypes.map(String);

afterEach(() => {
  expect(listKeys()).toEqual(originalKeys);
  expect(prototypes.map(String)).toEqual(toStrings);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'toJSON',
  'then',
];

describe('through the gateway, over all subgraphs:', () => {
  const world = openWorld('one process', 'databases');
  let session: Session;
  beforeAll(async () => {
    session = await world.customer();
  });

  /** Sends a body as text, because JSON.stringify cannot write a key `__proto__`. */
  async function post(body: string) {
    const response = await fetch(world.url(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${session.token}` },
      body,
    });
    return { status: response.status, text: await response.text() };
  }
  const ask = (query: string) => post(JSON.stringify({ query }));

  test.each(names)('an alias %s works like any other, whichever subgraphs resolve it', async (name) => {
    const connection = '{"edges":[]}';
    const account = `{"${name}":"${session.accountId}","purchases":${connection},"x":${connection}}`;
    expect(
      await ask(
        `{ ${name}: me { ${name}: id purchases { edges { cursor } } x: payments { edges { cursor } } } }`,
      ),
    ).toEqual({
      status: 200,
      text: expect.stringContaining(`{"data":{"${name}":${account}}`),
    });
    expect((await ask(`{ me { ${name}: purchases { ${name}: edges { cursor } } } }`)).text).toContain(
      `{"data":{"me":{"${name}":{"${name}":[]}}}`,
    );
  });

  test.each(names)(
    '%s does not exist as a field, a type, a fragment, a directive or an argument',
    async (name) => {
      for (const query of [
        `{ ${name} { id } }`,
        `{ me { ${name} } }`,
        `{ me { ... on ${name} { id } } }`,
        '{ me { ...NAME } }'.replace('NAME', name),
        `{ me @${name} { id } }`,
        `{ product(id: "1", ${name}: "1") { id } }`,
        `{ products(filter: { ${name}: { sku: "X" } }) { edges { cursor } } }`,
      ]) {
        const { status, text } = await ask(query);
        expect(status, query).toBe(400);
        expect(text).toMatch(/GRAPHQL_(VALIDATION|PARSE)_FAILED/);
      }
    },
  );

  test.each(names)(
    'a variable or an operation named %s works like any other, or is refused',
    async (name) => {
      const query = `query ${name}($${name}: Int!) { me { purchases(first: $${name}) { edges { cursor } } } }`;
      const { status, text } = await post(
        `{"query":${JSON.stringify(query)},"operationName":"${name}","variables":{"${name}":5}}`,
      );
      // The JSON parser may refuse the name, but it must not lose or change the value.
      if (status === 200) expect(text).toContain('{"data":{"me":{"purchases":{"edges":[]}}}');
      else expect([status, text]).toEqual([400, expect.stringContaining('"BAD_REQUEST"')]);
    },
  );

  const bodies: Record<string, string> = {
    'variables that bring a prototype':
      '{"query":"query ($x: Int) { me { id } __typename @skip(if: $x) }","variables":{"__proto__":{"x":true}}}',
    'a request that brings a prototype': '{"__proto__":{"query":"{ me { id } }"},"operationName":null}',
    'a query by constructor.prototype':
      '{"constructor":{"prototype":{"polluted":1}},"query":"{ me { polluted } }"}',
    'extensions that bring a prototype':
      '{"query":"{ me { polluted } }","extensions":{"__proto__":{"polluted":1}}}',
    'an input with a prototype':
      '{"query":"query ($f: ProductFilter) { products(filter: $f) { edges { cursor } } }","variables":{"f":{"__proto__":{"sku":"A B"}}}}',
    'an input with a constructor':
      '{"query":"query ($f: ProductFilter) { products(filter: $f) { edges { cursor } } }","variables":{"f":{"constructor":{"prototype":{"polluted":1}}}}}',
  };
  test.each(Object.entries(bodies))('%s is refused', async (_what, body) => {
    expect((await post(body)).status).toBe(400);
  });

  test.each(names)('%s as an id, an email address or a token belongs to no client', async (name) => {
    const { data } = await world.graphql(
      `{ purchase(id: "${name}") { id } payment(id: "${name}") { id } product(id: "${name}") { id } }`,
      {},
      session,
    );
    expect(data).toEqual({ purchase: null, payment: null, product: null });
    const signIn = `mutation { createSession(input: { email: "${name}", password: "${name}" }) { token } }`;
    expect(await world.refusal(signIn)).toBe('CREDENTIALS_WRONG');
    expect(await world.refusal('{ me { id } }', {}, { ...session, token: name })).toBe('UNAUTHENTICATED');
  });

  test('a reference with a prototype has no effect', async () => {
    const r = JSON.parse(`[{"__typename":"Account","__proto__":{"id":"${session.accountId}","polluted":1}},
      {"__proto__":{"__typename":"Account"},"id":"${session.accountId}"},
      {"__typename":"Account","id":"${session.accountId}","constructor":{"prototype":{"polluted":1}}}]`);
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { id } } }';
    const call = {
      viewer: customer(session.accountId),
      signal: AbortSignal.timeout(10_000),
      traceId: '0'.repeat(32),
    };
    const { execute } = required(world.subgraphs().get('accounts'), 'accounts');
    const { data } = await execute({ query, variables: { r } }, call);
    expect(data).toEqual({ _entities: [null, null, { id: session.accountId }] });
  });
});

describe('a compromised subgraph that responds with', () => {
  const accounts = `${link} type Query { me: Account } type Account @key(fields: "id") { id: ID! name: String tags: [String] }`;
  const scores = `${link} type Account @key(fields: "id") { id: ID! score: Int }`;
  const me = '"me":{"__typename":"Account","id":"1","name":"Ada"';
  const entity = '"__typename":"Account","score":7';
  /** The responses of the two subgraphs, as the texts that would arrive. */
  const answers: Record<string, [string, string]> = {
    'a prototype as data': [
      `{"data":{${me}},"__proto__":{"polluted":1}}}`,
      `{"data":{"_entities":[{${entity}}]}}`,
    ],
    'a prototype within an entity': [
      `{"data":{${me},"__proto__":{"polluted":1,"score":1}}}}`,
      `{"data":{"_entities":[{${entity},"__proto__":{"polluted":1}}]}}`,
    ],
    'a constructor with a prototype': [
      `{"data":{${me},"constructor":{"prototype":{"polluted":1}}}}}`,
      `{"data":{"_entities":[{${entity},"constructor":{"prototype":{"polluted":1}}}]}}`,
    ],
    'prototypes beside the data': [
      `{"__proto__":{"polluted":1},"data":{${me}}},"extensions":{"__proto__":{"polluted":1}}}`,
      `{"data":{"_entities":[{${entity}}]},"__proto__":{"polluted":1}}`,
    ],
  };
  const graphs: SmallGraph[] = [];
  afterAll(async () => {
    for (const graph of graphs) await graph.close();
  });
  const respondWith =
    (text: string): Execute =>
    async () =>
      JSON.parse(text);

  test.each(Object.entries(answers))(
    '%s changes no prototype, and its data is used',
    async (_what, [first, second]) => {
      const graph = await openSmallGraph({
        accounts: { sdl: accounts, execute: respondWith(first) },
        scores: { sdl: scores, execute: respondWith(second) },
      });
      graphs.push(graph);
      const response = await graph.post({ query: '{ me { name score } }' });
      expect(await response.json()).toMatchObject({ data: { me: { name: 'Ada', score: 7 } } });
    },
  );

  test('an error with a prototype in its extensions or its path changes no prototype and does not reach the client', async () => {
    const text = `{"data":{"me":null},"errors":[{"message":"x","path":["me","__proto__","polluted"],
      "extensions":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}]}`;
    const graph = await openSmallGraph({ accounts: { sdl: accounts, execute: respondWith(text) } });
    graphs.push(graph);
    const response = await (await graph.post({ query: '{ me { name } }' })).text();
    expect(response).not.toContain('"prototype"');
    expect(JSON.parse(response).data).toEqual({ me: null });
  });
});

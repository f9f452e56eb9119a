// What people and other programs write: a fixture, a contract, an address. Each thing that is wrong with it is a line.
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printContract, readContract } from '../../../checks/contract/contract.ts';
import { httpEndpoint, requireReachable } from '../../../checks/contract/endpoint.ts';
import { readFixture } from '../../../checks/contract/fixture.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const folder = temporaryFolder();
const file = join(folder, 'contract.json');
afterAll(() => rmSync(folder, { recursive: true }));

describe('a fixture', () => {
  const viewers = { ada: { anonymous: true } };
  const book = { as: 'ada', known: [{ id: '1' }, { id: '2' }], unknown: [{ id: '9' }] };
  const read = (content: unknown) => {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return readFixture(file);
  };

  test('has defaults for everything but viewers', () => {
    expect(read({ viewers, entities: { Book: book } })).toEqual({
      withoutCodes: false,
      viewers,
      entities: { Book: { ...book, isStub: false, malformed: [], hiddenFrom: [], expected: {} } },
      operations: {},
      peers: {},
      refusals: [],
    });
    const account = { accountId: '1' };
    expect(read({ viewers: { ada: { account } } }).viewers).toEqual({
      ada: { account: { ...account, roles: ['CUSTOMER'] } },
    });
  });

  test.each<[string, unknown, string[]]>([
    ['no viewers', {}, ['viewers: ']],
    ['a misspelt key', { viewers, operation: {} }, ['the file: Unrecognized key: "operation"']],
    ['a viewer of two kinds', { viewers: { ada: { anonymous: true, service: 'x' } } }, ['viewers.ada: ']],
    [
      'one known entity',
      { viewers, entities: { Book: { ...book, known: [{}] } } },
      ['entities.Book.known: '],
    ],
    [
      'no unknown entity',
      { viewers, entities: { Book: { ...book, unknown: [] } } },
      ['entities.Book.unknown: '],
    ],
    [
      'values for others than are known',
      { viewers, entities: { Book: { ...book, expected: { title: ['One'] } } } },
      ['entities.Book.expected.title: has 1 values for 2 of known'],
    ],
    [
      'viewers who are not among them, each once',
      {
        viewers,
        entities: { Book: { ...book, as: 'bob', hiddenFrom: ['eve'] } },
        operations: { Best: { as: 'bob', hiddenFrom: ['toString'] } },
        refusals: [{ operation: 'Best', as: 'mallory', variables: {}, code: 'NO' }],
      },
      ['bob', 'eve', 'toString', 'mallory'].map((name) => `viewers has no "${name}"`),
    ],
    [
      'several things',
      { viewers: 1, refusals: [{ operation: 'Best', as: 'ada', variables: {} }] },
      ['viewers: ', 'refusals.0.code: '],
    ],
  ])('with %s is refused', (_what, content, lines) => {
    const error = expect.objectContaining({ message: expect.stringMatching(/ is not a fixture:\n/) });
    const refused = (() => {
      try {
        return read(content);
      } catch (cause) {
        return cause as Error;
      }
    })() as Error;
    expect(refused).toEqual(error);
    const [, ...problems] = refused.message.split('\n');
    expect(problems.map((line, index) => line.startsWith(`  - ${lines[index]}`))).toEqual(
      lines.map(() => true),
    );
  });

  test('that is missing or is not JSON is refused by its name', () => {
    expect(() => read('{')).toThrow(`${file} cannot be read as JSON: `);
    expect(() => readFixture(join(folder, 'nowhere.json'))).toThrow(
      'nowhere.json cannot be read as JSON: ENOENT',
    );
  });
});

describe('a contract', () => {
  const interaction = {
    name: 'Best__books__0',
    kind: 'query' as const,
    text: '{best{id}}',
    requires: null,
    variables: { first: 1 },
    conditions: [{ a: true }],
    operations: ['Best'],
  };
  test('is read as it was written', () => {
    const contract = { subgraph: 'books', interactions: [interaction] };
    expect(readContract(printContract(contract), 'books.json')).toEqual(contract);
  });

  test.each(['# a comment', '{}', '[]', '{"subgraph":"books","interactions":[{}]}'])('is not %s', (text) => {
    expect(() => readContract(text, 'x.json')).toThrow(
      'x.json is not a contract; write it anew with: npm run contract:record',
    );
  });
});

describe('an endpoint', () => {
  let server: Server;
  let url = '';
  let answer = '';
  let seen: unknown[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { authorization, 'x-reader': reader } = request.headers;
      seen.push({ authorization, reader, body: JSON.parse(body) });
      response.writeHead(418).end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const query = '{ best }';

  test('receives the identity of the viewer: signed, in headers, or none', async () => {
    answer = '{"data":{"best":1}}';
    seen = [];
    const account = { accountId: '1', roles: ['STAFF'] };
    const viewers = { ada: { account }, shop: { service: 'shop' }, nobody: { anonymous: true as const } };
    const signed = httpEndpoint(url, { viewers }, async (viewer) => JSON.stringify(viewer));
    for (const name of ['ada', 'shop', 'nobody'])
      expect(await signed.ask(name, { query })).toEqual(JSON.parse(answer));
    expect(seen).toMatchObject([
      { authorization: expect.stringMatching('"accountId":"1","roles":\\["STAFF"\\]'), body: { query } },
      { authorization: '{"kind":"service","name":"shop"}' },
      { authorization: '{"kind":"anonymous"}' },
    ]);
    seen = [];
    const own = { ada: { headers: { 'x-reader': 'ada' } }, nobody: { anonymous: true as const } };
    const plain = httpEndpoint(url, { viewers: own });
    await plain.ask('ada', { query });
    await plain.ask('nobody', { query });
    expect(seen).toEqual([
      { authorization: undefined, reader: 'ada', body: { query } },
      { authorization: undefined, reader: undefined, body: { query } },
    ]);
    expect(() => httpEndpoint(url, { viewers })).toThrow(
      /^identities for \S+ cannot be signed: give headers to the viewers ada, shop$/,
    );
    await expect(plain.ask('eve', { query })).rejects.toThrow('the fixture has no viewer "eve"');
  });

  test.each(['', 'a teapot', '[]', '{"error":1}', 'null'])(
    'that responds with %j sends no GraphQL response',
    async (text) => {
      answer = text;
      const endpoint = httpEndpoint(url, { viewers: { nobody: { anonymous: true } } });
      await expect(endpoint.ask('nobody', { query })).rejects.toThrow(
        `responded with HTTP status 418 and no GraphQL response: ${JSON.stringify(text)}`,
      );
    },
  );

  test('without a server is refused, and so is a text that is not an address', async () => {
    await expect(requireReachable(url)).resolves.toBeUndefined();
    await expect(requireReachable('http://127.0.0.1:9/')).rejects.toThrow(
      /^no server answers at .*; start the subgraph first$/,
    );
    for (const text of ['nonsense', 'ftp://127.0.0.1/'])
      await expect(requireReachable(text)).rejects.toThrow(/ is not an HTTP address; write it like /);
  });
});

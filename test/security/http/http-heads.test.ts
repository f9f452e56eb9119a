// Heads of requests that programs read differently: a proxy or a filter in front judges another request than the one that runs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { expectPlain, openEcho, send } from '../../gateway/http/wire.ts';
import { serve, sign, subgraphThat } from '../../platform/subgraph/served-subgraph.ts';

let graph: Awaited<ReturnType<typeof openEcho>>;
let subgraph: string;
let executed = 0;
beforeAll(async () => {
  const counting = subgraphThat(async () => {
    executed += 1;
    return { data: {} };
  });
  ({ url: subgraph } = await serve(counting));
  graph = await openEcho();
});
afterAll(() => graph.close());

const body = '{"query":"{ ok }"}';
const mutation = JSON.stringify({ query: 'mutation { change }' });

describe('a head that programs read differently is a 400 before anything happens, at the gateway and at a subgraph:', () => {
  const type = 'content-type: application/json\r\n';
  const heads: readonly [what: string, target: string, headers: string][] = [
    ['two types of the body', '/graphql', `host: a\r\n${type}content-type: text/plain\r\n`],
    ['two equal types of the body', '/graphql', `host: a\r\n${type}Content-Type: application/json\r\n`],
    ['two hosts', '/graphql', `host: a\r\nHOST: b\r\n${type}`],
    [
      'two identities',
      '/graphql',
      `host: a\r\n${type}authorization: Bearer x\r\nauthorization: Bearer y\r\n`,
    ],
    ['another host in the target', 'http://b/graphql', `host: a\r\n${type}`],
    ['a user in the target', 'http://a@b/graphql', `host: b\r\n${type}`],
    ['another port in the target', 'http://a:81/graphql', `host: a\r\n${type}`],
    ['a length twice', '/graphql', `host: a\r\n${type}content-length: 1\r\n`],
  ];
  const build = (target: string, headers: string) =>
    `POST ${target} HTTP/1.1\r\n${headers}connection: close\r\ncontent-length: ${mutation.length}\r\n\r\n${mutation}`;

  test.each(heads)('%s', async (_what, target, headers) => {
    const refused = await send(graph.url, build(target, headers));
    expect(refused).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expectPlain(refused.body);
    expect(graph.changes()).toBe(0);
    const token = headers.includes('authorization')
      ? ''
      : `authorization: Bearer ${await sign('accounts', anonymous)}\r\n`;
    expect((await send(subgraph, build(target, `${headers}${token}`))).status).toBe(400);
    expect(executed).toBe(0);
  });

  test('a proxy may name the same host twice', async () => {
    const query = `POST http://A.example/graphql HTTP/1.1\r\nhost: a.example\r\nconnection: close\r\n${type}content-length: ${body.length}\r\n\r\n${body}`;
    expect(await send(graph.url, query)).toMatchObject({ status: 200, body: '{"data":{"ok":"fine"}}\n' });
  });
});

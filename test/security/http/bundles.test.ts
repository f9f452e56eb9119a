// A bundle of operations over HTTP: each call in it needs a valid identity of its own, and a body that is not a bundle is refused.
import { afterEach, expect, test } from 'vitest';
import type { Execute } from '../../../platform/calls/call.ts';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { bundleType, FrameReader, formatBundle } from '../../../platform/transport/bundle-format.ts';
import { silent } from '../../support/silent-log.ts';
import { service } from '../../support/viewers.ts';

const { privateKey, publicKey } = newKeyPair();
const sign = createSigner('gateway', readPrivateKey(privateKey));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** No change notice arrives in these tests. */
const changeNotices = { isReceiving: () => true, onNotice: () => () => {} };

async function serve(execute: Execute): Promise<string> {
  const server = await serveSubgraph({
    subgraph: { name: 'accounts', execute, changeNotices, webhooks: {}, onListening: () => {} } as never,
    host: '127.0.0.1',
    port: 0,
    verify: createVerifier('accounts', readTrust(`gateway=${publicKey}`)),
    log: silent,
    timeoutMs: 5_000,
    drainMs: 0,
    isExplorable: false,
  });
  closers.push(server.close);
  return server.url;
}

test('verifies each identity in a bundle, and refuses a call without a valid one before it is executed', async () => {
  const executed: string[] = [];
  const url = await serve(async ({ query: text }, { viewer }) => {
    executed.push(`${text} as ${viewer.kind}`);
    return { data: {} };
  });
  const stranger = createSigner('gateway', readPrivateKey(newKeyPair().privateKey));
  const good = await sign('accounts', anonymous);
  const tokens = [
    good,
    await stranger('accounts', service('gateway')),
    await sign('payments', anonymous),
    'x',
  ];
  const call = { viewer: anonymous, signal: AbortSignal.timeout(5_000), traceId: 'a'.repeat(32) };
  const calls = tokens.map((token, index) => ({ operation: { query: `{ a${index} }` }, call, token }));
  const post = (authorization: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': bundleType, authorization },
      body: formatBundle(calls).body,
    });
  const statuses: Record<number, number> = {};
  const reader = new FrameReader((index, status, text) => {
    statuses[index] = status;
    if (status === 401) expect(JSON.parse(text).errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });
  reader.push(Buffer.from(await (await post(`Bearer ${good}`)).arrayBuffer()));
  expect(statuses).toEqual({ 0: 200, 1: 401, 2: 401, 3: 401 });
  expect(executed).toEqual(['{ a0 } as anonymous']);
  for (const bad of tokens.slice(1)) expect((await post(`Bearer ${bad}`)).status).toBe(401);
  expect(executed).toHaveLength(1);
});

test.each([
  ['null'],
  ['[]'],
  ['{"tokens":[],"texts":[],"calls":{}}'],
  ['{"tokens":[],"texts":[],"calls":[]}'],
  ['{"tokens":["t","u"],"texts":["{ a }"],"calls":[[0,0,"","1",null,null,null]]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[1,0,"","1",null,null,null]]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[0,1,"","1",null,null,null]]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[0,0,"","1",null,7,null]]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[0,0,"","1",null,null,[]]]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[null]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[0,0,"","1",null,null,{"__proto__":{}}]]}'],
  [`{"tokens":["t"],"texts":["{ a }"],"calls":[${Array(65).fill('[0,0,"","1",null,null,null]').join()}]}`],
  ['{'],
])('answers 400 to a body that is not a bundle: %.90s', async (body) => {
  const url = await serve(() => Promise.reject(new Error('no call may be executed')));
  const headers = {
    'content-type': bundleType,
    authorization: `Bearer ${await sign('accounts', anonymous)}`,
  };
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(400);
});

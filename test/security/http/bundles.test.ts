// A bundle of operations over HTTP: every call in it stands on its own identity, and what is no bundle is refused.
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
import { bundleOf, bundleType, FrameReader, frameOf } from '../../../platform/transport/bundle-format.ts';
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
    explorable: false,
  });
  closers.push(server.close);
  return server.url;
}

test('each identity in a bundle is verified, and a call without a good one is refused and not run', async () => {
  const ran: string[] = [];
  const url = await serve(async ({ query: text }, { viewer }) => {
    ran.push(`${text} as ${viewer.kind}`);
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
  const asking = tokens.map((token, at) => ({ operation: { query: `{ a${at} }` }, call, token }));
  const post = (authorization: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': bundleType, authorization },
      body: bundleOf(asking).body,
    });
  const statuses: Record<number, number> = {};
  const reader = new FrameReader((place, status, text) => {
    statuses[place] = status;
    if (status === 401) expect(JSON.parse(text).errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });
  reader.push(Buffer.from(await (await post(`Bearer ${good}`)).arrayBuffer()));
  expect(statuses).toEqual({ 0: 200, 1: 401, 2: 401, 3: 401 });
  expect(ran).toEqual(['{ a0 } as anonymous']);
  for (const bad of tokens.slice(1)) expect((await post(`Bearer ${bad}`)).status).toBe(401);
  expect(ran).toHaveLength(1);
});

test.each([
  ['null'],
  ['[]'],
  ['{"tokens":[],"texts":[],"calls":{}}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[1,0,"","1",null,null,null]]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[0,1,"","1",null,null,null]]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[0,0,"","1",null,7,null]]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[0,0,"","1",null,null,[]]]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[null]}'],
  ['{"tokens":["t"],"texts":["{ a }"],"calls":[[0,0,"","1",null,null,{"__proto__":{}}]]}'],
  [`{"tokens":["t"],"texts":["{ a }"],"calls":[${Array(65).fill('[0,0,"","1",null,null,null]').join()}]}`],
  ['{'],
])('answers 400 to what is no bundle: %.90s', async (body) => {
  const url = await serve(() => Promise.reject(new Error('nothing of it is run')));
  const headers = {
    'content-type': bundleType,
    authorization: `Bearer ${await sign('accounts', anonymous)}`,
  };
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(400);
});

test('puts frames together from pieces of any size', () => {
  const texts = ['{"data":{"name":"größe 🫖\\n1 200 3\\n"}}', '', '{}', 'x'.repeat(3_000)];
  const bytes = Buffer.from(texts.map((text, place) => frameOf(place, 200, text)).join(''));
  for (const size of [1, 2, 3, 7, 64, 1_000, bytes.length]) {
    const got: string[] = [];
    const reader = new FrameReader((place, _status, text) => {
      got[place] = text;
    });
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
    expect(got, `in pieces of ${size} bytes`).toEqual(texts);
  }
  expect(() => new FrameReader(() => {}).push(Buffer.from('HTTP/1.1 200 OK\n'))).toThrow('no frame');
});

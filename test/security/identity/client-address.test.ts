// The gateway counts attempts by the address of the client, so that no client may choose its address.
import { afterEach, expect, test } from 'vitest';
import { openSmallGraph, type SmallGraph } from '../../gateway/small-graph.ts';

const accounts = { sdl: 'type Query { me: String }', resolvers: { Query: { me: () => 'nobody' } } };
let graph: SmallGraph | undefined;
afterEach(async () => {
  await graph?.close();
});

/** Reads the address that a subgraph receives for a client with these headers. */
async function readAddress(headers: Record<string, string>, trusted = ''): Promise<string | undefined> {
  graph = await openSmallGraph({ accounts }, { TRUSTED_PROXIES: trusted });
  const response = await graph.post({ query: '{ me }' }, headers);
  expect(response.status).toBe(200);
  return graph.asked.at(-1)?.call.address;
}

test('ignores an address that a client writes into the header of the gateway', async () => {
  expect(await readAddress({ 'client-address': '203.0.113.9' })).toBe('127.0.0.1');
});

// The proxy is on this machine, and its client may be anywhere: what is for this machine alone must not be open to it.
test.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'true-client-ip', 'cf-connecting-ip', 'via'])(
  'takes no address from %s, and not the one of this machine either',
  async (header) => {
    expect(await readAddress({ [header]: header === 'forwarded' ? 'for=203.0.113.9' : '203.0.113.9' })).toBe(
      '::',
    );
  },
);

test('takes the address of a client from a trusted proxy', async () => {
  expect(await readAddress({ 'x-forwarded-for': '203.0.113.9' }, '127.0.0.0/8')).toBe('203.0.113.9');
});

test('ignores addresses that the client wrote before its proxy did, even the address of a proxy', async () => {
  const header = '198.51.100.1, 127.0.0.1, 203.0.113.9, 127.0.0.2';
  expect(await readAddress({ 'x-forwarded-for': header }, '127.0.0.0/8,10.0.0.0/8')).toBe('203.0.113.9');
});

test.each([
  'unknown',
  '_hidden',
  '203.0.113.9, _hidden',
  '"; DROP TABLE attempt',
  `${'1'.repeat(5_000)}`,
  ',',
])('takes neither %.20j for an address nor that of the proxy on this machine', async (header) => {
  expect(await readAddress({ 'x-forwarded-for': header }, '127.0.0.1')).toBe('::');
});

test.each([
  ['203.0.113.9:4711', '203.0.113.9'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
])('reads %s, as some proxies write it', async (header, address) => {
  expect(await readAddress({ 'x-forwarded-for': header }, '127.0.0.1')).toBe(address);
});

test('ignores the header of a client that is not a trusted proxy', async () => {
  expect(await readAddress({ 'x-forwarded-for': '203.0.113.9' }, '10.0.0.0/8,fd00::/8')).toBe('::');
});

test.each([
  'everybody',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0/8',
  'true',
  '1',
  'fe80::1%eth0',
])('refuses to start with %j as trusted proxies', async (trusted) => {
  await expect(openSmallGraph({ accounts }, { TRUSTED_PROXIES: trusted })).rejects.toThrow(
    /TRUSTED_PROXIES: must be/,
  );
  graph = undefined;
});

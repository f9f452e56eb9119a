// Where a client comes from is what its attempts are counted by: no client may choose it.
import { afterEach, expect, test } from 'vitest';
import { openSmallGraph, type SmallGraph } from '../../gateway/small-graph.ts';

const accounts = { sdl: 'type Query { me: String }', resolvers: { Query: { me: () => 'nobody' } } };
let graph: SmallGraph | undefined;
afterEach(async () => {
  await graph?.close();
});

/** The address that a subgraph is told, of a client that sends these headers. */
async function readAddress(headers: Record<string, string>, trusted = ''): Promise<string | undefined> {
  graph = await openSmallGraph({ accounts }, { TRUSTED_PROXIES: trusted });
  const response = await graph.post({ query: '{ me }' }, headers);
  expect(response.status).toBe(200);
  return graph.asked.at(-1)?.call.address;
}

test.each([
  'x-forwarded-for',
  'forwarded',
  'x-real-ip',
  'client-address',
  'true-client-ip',
  'cf-connecting-ip',
])('a client that writes another address into %s comes from where it comes', async (header) => {
  expect(await readAddress({ [header]: header === 'forwarded' ? 'for=203.0.113.9' : '203.0.113.9' })).toBe(
    '127.0.0.1',
  );
});

test('a client behind a trusted proxy comes from where the proxy says', async () => {
  expect(await readAddress({ 'x-forwarded-for': '203.0.113.9' }, '127.0.0.0/8')).toBe('203.0.113.9');
});

test('what a client wrote before its proxy did is not believed, be it even the address of a proxy', async () => {
  const header = '198.51.100.1, 127.0.0.1, 203.0.113.9, 127.0.0.2';
  expect(await readAddress({ 'x-forwarded-for': header }, '127.0.0.0/8,10.0.0.0/8')).toBe('203.0.113.9');
});

test.each(['unknown', '_hidden', '203.0.113.9:4711', '"; DROP TABLE attempt', `${'1'.repeat(5_000)}`, ','])(
  'a proxy that passes %.20j on is taken for the client itself',
  async (header) => {
    expect(await readAddress({ 'x-forwarded-for': header }, '127.0.0.1')).toBe('127.0.0.1');
  },
);

test('a proxy elsewhere vouches for nobody here', async () => {
  expect(await readAddress({ 'x-forwarded-for': '203.0.113.9' }, '10.0.0.0/8,fd00::/8')).toBe('127.0.0.1');
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
])('an operator who trusts %j is told at start', async (trusted) => {
  await expect(openSmallGraph({ accounts }, { TRUSTED_PROXIES: trusted })).rejects.toThrow(
    /TRUSTED_PROXIES: must be/,
  );
  graph = undefined;
});
